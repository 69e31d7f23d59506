/* SPDX-License-Identifier: Apache-2.0 */
/* A request's lists, carried into the image they are meant for; see request.h. */
#include "tool/launch/request.h"

#include <errno.h>
#include <stdlib.h>

static int compare_addresses(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int compare_locations(const void *a, const void *b)
{
	const struct wire_location *x = a;
	const struct wire_location *y = b;

	return compare_addresses(&x->start, &y->start);
}

static int carry_points(
	struct region *region, const struct modules *own, const struct server_request *request)
{
	size_t kept = 0;
	uint64_t *points = calloc(request->point_count + 1, sizeof(*points));

	if (!points)
		return -ENOMEM;
	for (size_t i = 0; i < request->point_count; i++) {
		points[kept] = modules_translate(request->image, own, request->points[i]);
		kept += points[kept] != 0;
	}
	qsort(points, kept, sizeof(*points), compare_addresses);

	int r = region_fill(region, WIRE_AREA_POINTS, points, kept * sizeof(*points));

	free(points);
	return r;
}

/* The end of a range is a return address within the code; its start may lie before the file's.
 */
static int carry_locations(
	struct region *region, const struct modules *own, const struct server_request *request)
{
	size_t kept = 0;
	struct wire_location *locations =
		calloc(request->location_count + 1, sizeof(*locations));

	if (!locations)
		return -ENOMEM;
	for (size_t i = 0; i < request->location_count; i++) {
		struct wire_location location = request->locations[i];
		uint64_t size = location.end - location.start;

		location.end = modules_translate(request->image, own, location.end);
		location.start = location.end - size;
		locations[kept] = location;
		kept += location.end != 0;
	}
	qsort(locations, kept, sizeof(*locations), compare_locations);

	int r = region_fill(region, WIRE_AREA_LOCATIONS, locations, kept * sizeof(*locations));

	free(locations);
	return r;
}

static void carry_codes(
	struct wire_request *wire, const struct modules *image, const struct modules *own)
{
	for (uint32_t i = 0; i < wire->surw_code_count && i < WIRE_CODES_MAX; i++)
		wire->surw_codes[i] = modules_translate(image, own, wire->surw_codes[i]);
}

/* An order whose code is not there holds nobody. */
static void carry_orders(
	struct wire_request *wire, const struct modules *image, const struct modules *own)
{
	for (uint32_t i = 0; i < wire->order_count && i < WIRE_ORDERS_MAX; i++) {
		struct wire_order *order = &wire->orders[i];

		order->first.pc = modules_translate(image, own, order->first.pc);
		order->second.pc = modules_translate(image, own, order->second.pc);
	}
}

void request_carry(
	struct wire_request *wire, const struct modules *image, const struct modules *own)
{
	carry_codes(wire, image, own);
	carry_orders(wire, image, own);
}

/* `own`: the image to carry them into, or NULL: they are of this one. */
static int fill_constraints(
	struct region *region, const struct modules *own, const struct server_request *request)
{
	size_t count = request->constraint_count;
	struct wire_constraint *list = calloc(count + 1, sizeof(*list));
	int r;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		list[i] = request->constraints[i];
		if (own && list[i].first.pc)
			list[i].first.pc =
				modules_translate(request->image, own, list[i].first.pc);
		if (own && list[i].second.pc)
			list[i].second.pc =
				modules_translate(request->image, own, list[i].second.pc);
	}
	r = region_fill(region, WIRE_AREA_CONSTRAINTS, list, count * sizeof(*list));
	free(list);
	return r;
}

int request_write(
	struct region *region, const struct modules *own, const struct server_request *request)
{
	bool carry = request->image && !modules_same(request->image, own);
	int r;

	region->wire->request = request->wire;
	if (carry)
		request_carry(&region->wire->request, request->image, own);
	r = region_fill(region, WIRE_AREA_DECISIONS, request->decisions,
		request->decision_count * sizeof(*request->decisions));
	if (r == 0)
		r = region_fill(region, WIRE_AREA_PREFIX, request->prefix,
			request->prefix_count * sizeof(*request->prefix));
	if (r < 0)
		return r;
	r = fill_constraints(region, carry ? own : NULL, request);
	if (r < 0)
		return r;
	if (carry) {
		r = carry_points(region, own, request);
		return r < 0 ? r : carry_locations(region, own, request);
	}
	r = region_fill(region, WIRE_AREA_POINTS, request->points,
		request->point_count * sizeof(*request->points));
	if (r < 0)
		return r;
	return region_fill(region, WIRE_AREA_LOCATIONS, request->locations,
		request->location_count * sizeof(*request->locations));
}
