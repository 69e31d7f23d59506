/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign's progress on stderr: one line that is kept up to date on a terminal, a line every
 * few seconds elsewhere, nothing when quiet.
 */
#ifndef WEFT_TOOL_SEARCH_PROGRESS_H
#define WEFT_TOOL_SEARCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/search/campaign.h"

enum progress_style { PROGRESS_NONE, PROGRESS_LINES, PROGRESS_LIVE };

struct progress {
	enum progress_style style;
	const struct campaign_options *options; /* whose limits tell the time left; or NULL */
	uint64_t shown_ns;			/* elapsed time at the last line */
	bool is_live;				/* a line stands on the terminal */
};

/* The style for this process's stderr. */
enum progress_style progress_style_of_stderr(void);

void progress_init(struct progress *progress, enum progress_style style,
	const struct campaign_options *options);

/* Shows the figures if it is time to; cheap when it is not. */
void progress_update(struct progress *progress, const struct campaign_stats *stats);

/*
 * The same for what is no campaign of a program, in the caller's words. `elapsed_ns` is since
 * its start.
 */
void progress_tell(struct progress *progress, uint64_t elapsed_ns, const char *text);

/* Shows a text in place of the live line; nothing where there is none. */
void progress_note(struct progress *progress, const char *text);

/* Takes the live line away, before anything else is printed. */
void progress_clear(struct progress *progress);

/* The text of one line: "1250 executions, 2083/s, 311 behaviours, 1 finding, 18s left". */
void progress_format(const struct campaign_options *options, const struct campaign_stats *stats,
	char *text, size_t text_size);

#endif
