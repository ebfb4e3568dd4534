/*
 * progress.h: one line on a terminal that says how far a long command is. Elsewhere nothing is
 * written.
 */
#ifndef KITH_CLI_PROGRESS_H
#define KITH_CLI_PROGRESS_H

#include "node/cli/term.h"

struct kith_progress {
	const struct kith_term *term; /* standard error */
	const char *what;             /* "importing" */
	uint64_t total;               /* 0: not known */
	int64_t begun_ms, drawn_ms;
	bool shown;
};

void kith_progress_begin(struct kith_progress *progress, const struct kith_term *term,
	const char *what, uint64_t total);
/* Draws at most ten times a second. note: a few safe words such as "312 records"; may be "". */
void kith_progress_at(struct kith_progress *progress, uint64_t done, const char *note);
/* Removes the line, so that a result can stand in its place. */
void kith_progress_end(struct kith_progress *progress);

/* The line itself: "importing  [=====>    ]  52 %  312 records, 4 s left". */
void kith_progress_format(struct kith_str *out, const char *what, uint64_t done, uint64_t total,
	int64_t elapsed_ms, const char *note, size_t width);

#endif
