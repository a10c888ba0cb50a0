#pragma once

// For functions that the processor and a GPU both run.
#ifdef __CUDACC__
#define GAPLAB_EVERYWHERE __host__ __device__
#else
#define GAPLAB_EVERYWHERE
#endif
