/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting and pacing of the progress lines; see progress.h. */
#include "tool/search/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tool/launch/clock.h"

#define LIVE_NS (100 * NS_PER_MS)
#define LINES_NS (5 * NS_PER_S)

/* Below it, a rate is told with a decimal. */
#define SLOW_RATE 10

#define DEFAULT_COLUMNS 80
#define LINE_SIZE 256

enum progress_style progress_style_of_stderr(void)
{
	const char *terminal = getenv("TERM");

	if (isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0)
		return PROGRESS_LIVE;
	return PROGRESS_LINES;
}

void progress_init(struct progress *progress, enum progress_style style,
	const struct campaign_options *options)
{
	*progress = (struct progress){ .style = style, .options = options };
}

/* Executions per second. */
static double rate_of(const struct campaign_stats *stats)
{
	double seconds = (double)stats->search_ns / (double)NS_PER_S;

	return seconds > 0 ? (double)stats->executions / seconds : 0;
}

/* Seconds until the first limit is reached; UINT64_MAX: there is none, or nothing to go by. */
static uint64_t seconds_left(
	const struct campaign_options *options, const struct campaign_stats *stats)
{
	double rate = rate_of(stats);
	uint64_t left = UINT64_MAX;

	if (options->schedules && rate > 0)
		left = (uint64_t)((double)(options->schedules - stats->executions) / rate);
	if (options->time_ns) {
		uint64_t by_time = options->time_ns > stats->elapsed_ns
					   ? (options->time_ns - stats->elapsed_ns) / NS_PER_S
					   : 0;

		if (by_time < left)
			left = by_time;
	}
	return left;
}

static void format_left(uint64_t seconds, char *text, size_t text_size)
{
	if (seconds == UINT64_MAX)
		snprintf(text, text_size, "%s", "");
	else if (seconds < 60)
		snprintf(text, text_size, ", %us left", (unsigned int)seconds);
	else if (seconds < 3600)
		snprintf(text, text_size, ", %um%02us left", (unsigned int)(seconds / 60),
			(unsigned int)(seconds % 60));
	else
		snprintf(text, text_size, ", %lluh%02um left",
			(unsigned long long)(seconds / 3600),
			(unsigned int)(seconds / 60 % 60));
}

void progress_format(const struct campaign_options *options, const struct campaign_stats *stats,
	char *text, size_t text_size)
{
	char left[64];
	double rate = rate_of(stats);
	int digits = rate > 0 && rate < SLOW_RATE ? 1 : 0;

	format_left(seconds_left(options, stats), left, sizeof(left));
	snprintf(text, text_size,
		"%llu execution%s, %.*f/s, %llu behaviour%s, %llu finding%s%s",
		(unsigned long long)stats->executions, stats->executions == 1 ? "" : "s",
		digits, rate, (unsigned long long)stats->behaviours,
		stats->behaviours == 1 ? "" : "s", (unsigned long long)stats->findings,
		stats->findings == 1 ? "" : "s", left);
}

static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		return size.ws_col;
	return DEFAULT_COLUMNS;
}

/* One column short, lest the cursor wraps. */
static void show_live(struct progress *progress, const char *text)
{
	fprintf(stderr, "\r\033[K%.*s", (int)terminal_columns() - 1, text);
	fflush(stderr);
	progress->is_live = true;
}

static bool is_due(const struct progress *progress, uint64_t elapsed_ns)
{
	uint64_t period_ns = progress->style == PROGRESS_LIVE ? LIVE_NS : LINES_NS;

	return progress->style != PROGRESS_NONE && elapsed_ns - progress->shown_ns >= period_ns;
}

void progress_tell(struct progress *progress, uint64_t elapsed_ns, const char *text)
{
	if (!is_due(progress, elapsed_ns))
		return;
	progress->shown_ns = elapsed_ns;
	if (progress->style == PROGRESS_LIVE)
		show_live(progress, text);
	else
		fprintf(stderr, "weft: %s\n", text);
}

void progress_update(struct progress *progress, const struct campaign_stats *stats)
{
	char text[LINE_SIZE];

	if (!is_due(progress, stats->elapsed_ns))
		return;
	progress_format(progress->options, stats, text, sizeof(text));
	progress_tell(progress, stats->elapsed_ns, text);
}

void progress_note(struct progress *progress, const char *text)
{
	if (progress->style == PROGRESS_LIVE)
		show_live(progress, text);
}

void progress_clear(struct progress *progress)
{
	if (!progress->is_live)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->is_live = false;
}
