# One function a kind of target, so that every room is built with the same flags.

add_library(gaplab_options INTERFACE)
target_include_directories(gaplab_options INTERFACE ${PROJECT_SOURCE_DIR})
# LibTorch's include folder holds another fmt, whose library is not there to link: the system's must be found first.
find_path(FMT_INCLUDE_DIR fmt/format.h REQUIRED)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
file(CREATE_LINK ${FMT_INCLUDE_DIR}/fmt ${PROJECT_BINARY_DIR}/include/fmt SYMBOLIC)
target_include_directories(gaplab_options SYSTEM BEFORE INTERFACE ${PROJECT_BINARY_DIR}/include)
target_compile_options(gaplab_options INTERFACE -fPIC -Wall -Wextra -Wshadow -Wconversion -Werror
  # values left out of a designated initialiser take their defaults: that is what they are for
  -Wno-missing-field-initializers
  # g++ tells a source from a header by the file it was called with, which in a unity build is neither
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>
  # false alarms of g++ 12 in inlined library code (its bugs 105651 and 105329, and nlohmann's iterators)
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>)
target_compile_definitions(gaplab_options INTERFACE QT_NO_KEYWORDS GAPLAB_VERSION="${PROJECT_VERSION}")
if(GAPLAB_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(GAPLAB_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()

# What nearly every file includes, precompiled once for the rooms without LibTorch.
file(WRITE ${PROJECT_BINARY_DIR}/plain_pch.cpp "")
add_library(gaplab_plain_pch STATIC ${PROJECT_BINARY_DIR}/plain_pch.cpp)
target_link_libraries(gaplab_plain_pch PUBLIC gaplab_options nlohmann_json::nlohmann_json fmt::fmt spdlog::spdlog)
target_precompile_headers(gaplab_plain_pch PRIVATE <nlohmann/json.hpp> <fmt/format.h> <algorithm> <filesystem> <functional> <map> <memory> <optional> <string> <vector>)

# The precompiled LibTorch header, shared by every room that uses it.
file(WRITE ${PROJECT_BINARY_DIR}/torch_pch.cpp "")
add_library(gaplab_torch_pch STATIC ${PROJECT_BINARY_DIR}/torch_pch.cpp)
target_link_libraries(gaplab_torch_pch PUBLIC gaplab_options LibTorch::LibTorch nlohmann_json::nlohmann_json)
target_precompile_headers(gaplab_torch_pch PRIVATE <torch/types.h> <torch/csrc/autograd/autograd.h> <nlohmann/json.hpp> <functional> <map> <optional> <string> <vector>)
# With ccache, g++ must keep the #pragma that names a precompiled header.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(gaplab_options INTERFACE -fpch-preprocess)
endif()

# gaplab_room(NAME [TORCH] SOURCES file... [ALONE file...] [LINK library...]): the static library gaplab_NAME. ALONE lists sources whose
# private names (in anonymous namespaces) others of the room use too: they cannot be compiled together.
function(gaplab_room name)
  cmake_parse_arguments(ROOM "TORCH" "" "SOURCES;ALONE;LINK" ${ARGN})
  add_library(gaplab_${name} STATIC ${ROOM_SOURCES} ${ROOM_ALONE})
  if(ROOM_ALONE)
    set_source_files_properties(${ROOM_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  target_link_libraries(gaplab_${name} PUBLIC gaplab_options ${ROOM_LINK})
  # Most of the time of a file goes into headers and their templates, the same in each.
  set_target_properties(gaplab_${name} PROPERTIES UNITY_BUILD ${GAPLAB_UNITY} UNITY_BUILD_BATCH_SIZE 4)
  if(ROOM_TORCH)
    target_link_libraries(gaplab_${name} PUBLIC gaplab_torch_pch)
    target_precompile_headers(gaplab_${name} REUSE_FROM gaplab_torch_pch)
  else()
    target_link_libraries(gaplab_${name} PUBLIC gaplab_plain_pch)
    target_precompile_headers(gaplab_${name} REUSE_FROM gaplab_plain_pch)
  endif()
endfunction()

# gaplab_kernels(ROOM SOURCES file.cu... USED_BY file.cpp...): CUDA code of a room, where it is compiled. Those files of the room
# that start it see GAPLAB_KERNELS, and do without where that is not defined. The kernels are free of LibTorch.
function(gaplab_kernels room)
  cmake_parse_arguments(KERNELS "" "" "SOURCES;USED_BY" ${ARGN})
  if(NOT GAPLAB_KERNELS)
    return()
  endif()
  add_library(gaplab_${room}_kernels STATIC ${KERNELS_SOURCES})
  target_include_directories(gaplab_${room}_kernels PRIVATE ${PROJECT_SOURCE_DIR} ${LibTorch_CUDA_INCLUDE_DIR})
  target_compile_options(gaplab_${room}_kernels PRIVATE -Xcompiler=-fPIC,-Wall)
  target_link_libraries(gaplab_${room} PUBLIC gaplab_${room}_kernels ${LibTorch_CUDART})
  set_source_files_properties(${KERNELS_USED_BY} PROPERTIES COMPILE_DEFINITIONS GAPLAB_KERNELS)
endfunction()

# gaplab_uses_cuda(ROOM file.cpp...): these files of a room see LibTorch's CUDA headers and GAPLAB_CUDA, where there are such.
function(gaplab_uses_cuda room)
  if(NOT LibTorch_CUDART)
    return()
  endif()
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_DEFINITIONS GAPLAB_CUDA COMPILE_OPTIONS "-isystem;${LibTorch_CUDA_INCLUDE_DIR}")
  target_link_libraries(gaplab_${room} PUBLIC ${LibTorch_CUDART})
endfunction()
