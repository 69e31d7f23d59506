/* SPDX-License-Identifier: Apache-2.0 */
/* A failure as a request; see failing_request.h. */
#include "tool/analysis/failing_request.h"

#include "tool/analysis/race.h"

struct server_request failing_request(const struct finding_failure *failure)
{
	struct server_request request = {
		.wire = failure->request,
		.points = failure->points,
		.point_count = failure->point_count,
		.decisions = failure->decisions,
		.decision_count = failure->decision_count,
		.locations = failure->locations,
		.location_count = failure->location_count,
		.prefix = failure->prefix,
		.prefix_count = failure->prefix_count,
	};

	if (failure->race)
		race_watch(failure->race, &request.wire);
	return request;
}
