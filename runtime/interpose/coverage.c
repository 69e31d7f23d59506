/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What -fsanitize-coverage calls in builds that also have -fsanitize=thread. A fuzzer that such
 * a program is linked with defines these itself; without one nobody collects coverage, and they
 * do nothing. All arguments are left unread.
 */
#include "runtime/interpose/tsan_abi.h"

#define COVERAGE_CALLBACK(name)           \
	TSAN_WEAK_ENTRY(void, name, void) \
	{                                 \
	}

COVERAGE_CALLBACK(__sanitizer_cov_trace_pc_guard)
COVERAGE_CALLBACK(__sanitizer_cov_trace_pc_guard_init)
COVERAGE_CALLBACK(__sanitizer_cov_trace_pc_indir)
COVERAGE_CALLBACK(__sanitizer_cov_trace_cmp)
COVERAGE_CALLBACK(__sanitizer_cov_trace_cmp1)
COVERAGE_CALLBACK(__sanitizer_cov_trace_cmp2)
COVERAGE_CALLBACK(__sanitizer_cov_trace_cmp4)
COVERAGE_CALLBACK(__sanitizer_cov_trace_cmp8)
COVERAGE_CALLBACK(__sanitizer_cov_trace_const_cmp1)
COVERAGE_CALLBACK(__sanitizer_cov_trace_const_cmp2)
COVERAGE_CALLBACK(__sanitizer_cov_trace_const_cmp4)
COVERAGE_CALLBACK(__sanitizer_cov_trace_const_cmp8)
COVERAGE_CALLBACK(__sanitizer_cov_trace_switch)
COVERAGE_CALLBACK(__sanitizer_cov_trace_div4)
COVERAGE_CALLBACK(__sanitizer_cov_trace_div8)
COVERAGE_CALLBACK(__sanitizer_cov_trace_gep)
COVERAGE_CALLBACK(__sanitizer_cov_8bit_counters_init)
COVERAGE_CALLBACK(__sanitizer_cov_bool_flag_init)
COVERAGE_CALLBACK(__sanitizer_cov_pcs_init)
COVERAGE_CALLBACK(__sanitizer_cov_dump)
COVERAGE_CALLBACK(__sanitizer_cov_reset)
COVERAGE_CALLBACK(__sanitizer_dump_coverage)
COVERAGE_CALLBACK(__sanitizer_dump_trace_pc_guard_coverage)
