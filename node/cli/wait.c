/*
 * wait.c: kith status --wait: how far a first exchange is; see status.h.
 *
 * How many records are to come is what the partners were found to have at the last comparison, so
 * the end may move while it is approached.
 */
#include "node/cli/say.h"
#include "node/cli/status.h"

#include <string.h>
#include <time.h>

#include "node/cli/ask.h"
#include "node/cli/progress.h"

#define AGAIN_MS 200

struct wait {
	struct kith_progress progress;
	uint64_t held, behind;
	size_t waiting; /* partners that are not in step */
};

static int look(struct kith_cli *cli, struct wait *wait)
{
	json_t *info, *sync = NULL, *partner;
	size_t i;
	int code = kith_ask(cli, "node.info", NULL, &info);

	if (!code)
		code = kith_ask(cli, "sync.status", NULL, &sync);
	wait->behind = wait->waiting = 0;
	wait->held = (uint64_t)json_integer_value(
		json_object_get(json_object_get(info, "records"), "held"));
	json_array_foreach(json_object_get(sync, "partners"), i, partner) {
		const char *state = kith_json_get_text(partner, "state");
		json_int_t behind = json_integer_value(json_object_get(partner, "behind"));

		if (strcmp(state, "live") != 0 && strcmp(state, "paused") != 0)
			wait->waiting++;
		/* Partners have much in common: the one that has most tells the distance. */
		if (behind > 0 && (uint64_t)behind > wait->behind)
			wait->behind = (uint64_t)behind;
	}
	json_decref(info);
	json_decref(sync);
	return code;
}

static void show(struct wait *wait)
{
	struct kith_str note;

	kith_str_init(&note);
	kith_str_addf(&note,
		P_("%llu records, %zu partner not in step",
			"%llu records, %zu partners not in step", wait->waiting),
		(unsigned long long)wait->held, wait->waiting);
	wait->progress.total = wait->behind ? wait->held + wait->behind : 0;
	kith_progress_at(&wait->progress, wait->held, note.s);
	kith_str_clear(&note);
}

int kith_wait_in_step(struct kith_cli *cli)
{
	const struct timespec pause = {.tv_nsec = AGAIN_MS * 1000000L};
	struct wait wait = {0};
	int code;

	kith_progress_begin(&wait.progress, &cli->err, _("catching up"), 0);
	while ((code = look(cli, &wait)) == 0 && wait.waiting) {
		show(&wait);
		nanosleep(&pause, NULL);
	}
	kith_progress_end(&wait.progress);
	return code;
}
