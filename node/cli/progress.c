/* progress.c: see progress.h. */
#include "node/cli/progress.h"
#include "node/cli/say.h"

#include <string.h>

#define EVERY_MS 100
#define BAR_MAX  30

static void add_bar(struct kith_str *out, double part, size_t room)
{
	size_t full = (size_t)(part * (double)room);

	kith_str_add(out, "  [");
	for (size_t i = 0; i < room; i++)
		kith_str_add_c(out, i < full ? '=' : i == full ? '>' : ' ');
	kith_str_addf(out, "] %3d %%", (int)(part * 100));
}

/* Said only once there is something to reckon with. */
static void add_time_left(struct kith_str *out, double part, int64_t elapsed_ms)
{
	double left_s = (double)elapsed_ms / 1000 * (1 - part) / (part > 0 ? part : 1);

	if (elapsed_ms < 2000 || part < 0.02 || part >= 1)
		return;
	if (left_s < 90)
		kith_str_addf(out, _(", %d s left"), (int)left_s + 1);
	else
		kith_str_addf(out, _(", %d min left"), (int)(left_s / 60) + 1);
}

void kith_progress_format(struct kith_str *out, const char *what, uint64_t done, uint64_t total,
	int64_t elapsed_ms, const char *note, size_t width)
{
	double part = total ? (double)(done < total ? done : total) / (double)total : 0;
	size_t taken = kith_columns(what, strlen(what)) + kith_columns(note, strlen(note)) + 34;
	struct kith_str line;

	kith_str_init(&line);
	kith_str_add(&line, what);
	if (total && width > taken + 4)
		add_bar(&line, part, width - taken < BAR_MAX ? width - taken : BAR_MAX);
	else if (total)
		kith_str_addf(&line, "  %3d %%", (int)(part * 100));
	if (*note)
		kith_str_addf(&line, "  %s", note);
	if (total)
		add_time_left(&line, part, elapsed_ms);
	kith_add_cut(out, line.s, width);
	kith_str_clear(&line);
}

void kith_progress_begin(struct kith_progress *progress, const struct kith_term *term,
	const char *what, uint64_t total)
{
	*progress = (struct kith_progress){.term = term, .what = what, .total = total};
	progress->begun_ms = kith_wall_ms();
}

void kith_progress_at(struct kith_progress *progress, uint64_t done, const char *note)
{
	int64_t now_ms = kith_wall_ms();
	struct kith_str line;

	if (!progress->term->tty || now_ms - progress->drawn_ms < EVERY_MS)
		return;
	kith_str_init(&line);
	kith_progress_format(&line, progress->what, done, progress->total,
		now_ms - progress->begun_ms, note, progress->term->width - 1);
	fprintf(progress->term->file, "\r%s\033[K", line.s);
	fflush(progress->term->file);
	kith_str_clear(&line);
	progress->drawn_ms = now_ms;
	progress->shown = true;
}

void kith_progress_end(struct kith_progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", progress->term->file);
	progress->shown = false;
}
