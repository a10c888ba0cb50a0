# One function makes a test, so that all are built and run alike.

# Precompiled headers of their own, since parsing headers is most of what a test costs. Qt6::Test itself is not linked: it names the
# folder of each test in macros, and a precompiled header is refused where a macro differs.
find_package(rapidcheck REQUIRED)
add_library(gaplab_qtest INTERFACE)
target_include_directories(gaplab_qtest SYSTEM INTERFACE $<TARGET_PROPERTY:Qt6::Test,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(gaplab_qtest INTERFACE QT_TESTLIB_LIB)
target_link_libraries(gaplab_qtest INTERFACE $<TARGET_FILE:Qt6::Test> Qt6::Core rapidcheck)
function(gaplab_test_pch name headers)
  add_library(gaplab_${name} STATIC ${PROJECT_BINARY_DIR}/plain_pch.cpp)
  target_link_libraries(gaplab_${name} PUBLIC gaplab_options gaplab_qtest nlohmann_json::nlohmann_json ${ARGN})
  target_precompile_headers(gaplab_${name} PRIVATE <QtTest> <nlohmann/json.hpp> <rapidcheck.h> ${headers})
endfunction()
gaplab_test_pch(plain_test_pch "<fmt/format.h>;<filesystem>;<functional>;<map>;<optional>;<string>;<vector>" fmt::fmt spdlog::spdlog)
gaplab_test_pch(torch_test_pch "<torch/types.h>;<torch/csrc/autograd/autograd.h>" LibTorch::LibTorch)
gaplab_test_pch(window_test_pch "<QtWidgets>" Qt6::Widgets)

# gaplab_test(NAME [TORCH | WINDOW] SOURCES file... LINK library... [LABELS label...]): one Qt Test executable, run without a screen. WINDOW: what
# uses Qt Gui or Widgets.
function(gaplab_test name)
  cmake_parse_arguments(TEST "TORCH;WINDOW" "TIMEOUT" "SOURCES;LINK;LABELS;ARGS" ${ARGN})
  add_executable(tst_${name} ${TEST_SOURCES})
  # moc by hand: AUTOMOC would follow every header for macros, which for those of LibTorch takes longer than compiling.
  foreach(source ${TEST_SOURCES})
    file(STRINGS ${source} includes_moc REGEX "^#include \".*\\.moc\"")
    if(includes_moc)
      get_filename_component(stem ${source} NAME_WE)
      qt_generate_moc(${source} ${CMAKE_CURRENT_BINARY_DIR}/${stem}.moc)
      target_sources(tst_${name} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${stem}.moc)
    endif()
  endforeach()
  target_include_directories(tst_${name} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
  set(pch plain)
  if(TEST_TORCH)
    set(pch torch)
  elseif(TEST_WINDOW)
    set(pch window)
  endif()
  target_link_libraries(tst_${name} PRIVATE gaplab_${pch}_test_pch ${TEST_LINK})
  target_precompile_headers(tst_${name} REUSE_FROM gaplab_${pch}_test_pch)
  add_test(NAME ${name} COMMAND tst_${name} ${TEST_ARGS})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;GOMP_SPINCOUNT=3000;GAPLAB_SOURCE=${PROJECT_SOURCE_DIR};GAPLAB_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
    TIMEOUT ${TEST_TIMEOUT} SKIP_RETURN_CODE 77)
  if(TEST_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${TEST_LABELS}")
  endif()
endfunction()
