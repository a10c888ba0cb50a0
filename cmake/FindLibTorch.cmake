# LibTorch as imported targets, without Torch's own config (it wants a whole system CUDA toolkit and sets global flags).
#
#   LIBTORCH_ROOT   folder that holds include/ and lib/ (PyPI wheel: .../torch; or an unpacked libtorch zip)
#
# Defines LibTorch::LibTorch and LibTorch_CUDA (TRUE where the CUDA back end is part of it), and there, if they are found,
# LibTorch_CUDART (the runtime's library), LibTorch_CUDA_INCLUDE_DIR and LibTorch_NVCC.
set(LIBTORCH_ROOT "" CACHE PATH "Folder of LibTorch, with include/ and lib/ in it")
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS "${LIBTORCH_ROOT}/include" NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS "${LIBTORCH_ROOT}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS "${LIBTORCH_ROOT}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIBRARY torch_cuda HINTS "${LIBTORCH_ROOT}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_CUDA_LIBRARY c10_cuda HINTS "${LIBTORCH_ROOT}/lib" NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REASON_FAILURE_MESSAGE "run ./dev build, which fetches it, or set -DLIBTORCH_ROOT=/path/to/libtorch"
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR)
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_CUDA_LIBRARY LibTorch_C10_CUDA_LIBRARY)

set(LibTorch_CUDA FALSE)
if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  set(_libtorch_libraries "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}")
  if(NOT GAPLAB_CUDA STREQUAL "OFF" AND LibTorch_CUDA_LIBRARY AND LibTorch_C10_CUDA_LIBRARY)
    set(LibTorch_CUDA TRUE)
    # The CUDA back end registers itself when loaded, and no symbol of it is named here: the linker must not drop it.
    list(APPEND _libtorch_libraries -Wl,--push-state,--no-as-needed "${LibTorch_CUDA_LIBRARY}" "${LibTorch_C10_CUDA_LIBRARY}" -Wl,--pop-state)
  endif()
  target_link_libraries(LibTorch::LibTorch INTERFACE ${_libtorch_libraries})
endif()
if(GAPLAB_CUDA STREQUAL "ON" AND NOT LibTorch_CUDA)
  message(FATAL_ERROR "GAPLAB_CUDA=ON, but ${LIBTORCH_ROOT} has no CUDA back end (libtorch_cuda.so)")
endif()

# The CUDA runtime is LibTorch's own, one a process: the wheel's dependencies lie beside it.
if(NOT LibTorch_CUDA)
  set(LibTorch_CUDART "")
else()
  set(_beside "${LIBTORCH_ROOT}/../nvidia/cu13")
  find_program(LibTorch_NVCC nvcc HINTS "${_beside}/bin" /usr/local/cuda/bin)
  find_path(LibTorch_CUDA_INCLUDE_DIR cuda_runtime_api.h HINTS "${_beside}/include" /usr/local/cuda/include NO_DEFAULT_PATH)
  find_file(LibTorch_CUDART NAMES libcudart.so.13 HINTS "${LIBTORCH_ROOT}/lib" "${_beside}/lib" /usr/local/cuda/lib64 NO_DEFAULT_PATH)
  mark_as_advanced(LibTorch_NVCC LibTorch_CUDA_INCLUDE_DIR LibTorch_CUDART)
  if(NOT LibTorch_CUDA_INCLUDE_DIR OR NOT LibTorch_CUDART)
    set(LibTorch_CUDART "")  # not to be had: what needs it is left out
  endif()
endif()
