/* SPDX-License-Identifier: Apache-2.0 */
/* How many executions at a time; see jobs.h. */
#include "tool/cmd/jobs.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/resource.h>

#include "tool/search/campaign.h"

static unsigned int core_count(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

/* Each server has three descriptors, and poll(2) takes no more than the limit allows. */
#define DESCRIPTORS_PER_JOB 3
#define DESCRIPTORS_BESIDES 24

int jobs_settle(uint64_t *jobs, struct diag *diag)
{
	struct rlimit limit;
	uint64_t most = CAMPAIGN_JOBS_MAX;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
		most = limit.rlim_cur < DESCRIPTORS_BESIDES
			       ? 0
			       : limit.rlim_cur - DESCRIPTORS_BESIDES;
		most /= DESCRIPTORS_PER_JOB;
	}
	if (*jobs == 0)
		*jobs = core_count() < CAMPAIGN_JOBS_MAX ? core_count() : CAMPAIGN_JOBS_MAX;
	else if (*jobs > most)
		return diag_set(diag, -EMFILE,
			"%" PRIu64
			" jobs need more open files than 'ulimit -n' allows, which is "
			"%" PRIu64,
			*jobs, (uint64_t)limit.rlim_cur);
	if (most == 0)
		return diag_set(diag, -EMFILE,
			"too few open files are allowed: 'ulimit -n' is %" PRIu64
			", and at least %d are needed",
			(uint64_t)limit.rlim_cur, DESCRIPTORS_BESIDES + DESCRIPTORS_PER_JOB);
	if (*jobs > most)
		*jobs = most;
	return 0;
}
