/* Whole nodes in one process on one loop, with real homes and sockets. Everything waits for
 * events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <sys/socket.h>

#include "keys/secret.h"
#include "node/address.h"
#include "node/node_internal.h"
#include "protocol/session.h"
#include "tests/stored.h"
#include "tests/unit/temp_home.h"

#define LIMIT_MS 60000 /* only a broken test waits so long */

/* A home, and the node that runs in it now and then. */
struct city {
	char home[256];
	struct kith_config config;
	struct kith_keyring keyring;
	struct kith_log log;
	struct kith_node *node;
	struct kith_watcher watcher;
	uint64_t stored_seq;
	size_t told;
	bool stopped;
};

struct world {
	uv_loop_t loop;
	uv_timer_t limit;
	struct seeded seeded;
	struct city a, b;
	/* What the last act of each kind came back with. */
	size_t changes, publishes;
	int err;
	struct kith_record_id id;
};

static void too_late(uv_timer_t *timer)
{
	(void)timer;
	fail_msg("waited in vain");
}

#define run_until(world, condition)                                                                \
	do {                                                                                       \
		uv_update_time(&(world)->loop);                                                    \
		uv_timer_start(&(world)->limit, too_late, LIMIT_MS, 0);                            \
		while (!(condition))                                                               \
			uv_run(&(world)->loop, UV_RUN_ONCE);                                       \
		uv_timer_stop(&(world)->limit);                                                    \
	} while (0)

/* ---- cities --------------------------------------------------------------------------------- */

static void city_make(struct city *city)
{
	static const struct kith_setting settings[] = {
		{"listen", "address", "127.0.0.1:0"}, {"log", "level", "error"}};
	struct kith_rng rng = kith_rng_system();
	char why[512] = "";

	temp_home_make(city->home);
	if (kith_home_create(city->home, why, sizeof(why)) ||
		kith_keyring_create(city->home, NULL, 0, &rng, why, sizeof(why)) ||
		kith_keyring_open(city->home, NULL, 0, &city->keyring, why, sizeof(why)) ||
		kith_config_create(city->home, settings, 2, why, sizeof(why)) ||
		kith_config_load(city->home, &city->config, why, sizeof(why)))
		fail_msg("%s", why);
	kith_log_init(&city->log, STDERR_FILENO, (enum kith_log_level)city->config.log_level);
}

static void on_stored(void *ctx, uint64_t last_seq)
{
	struct city *city = ctx;

	assert_true(last_seq > city->stored_seq);
	city->stored_seq = last_seq;
	city->told++;
}

static void city_start(struct world *world, struct city *city)
{
	char why[512] = "";

	if (kith_node_start(&world->loop, &city->config, &city->keyring, &city->log, &city->node,
		    why, sizeof(why)) != 0)
		fail_msg("%s", why);
	city->stopped = false;
	city->stored_seq = 0;
	city->told = 0;
	city->watcher = (struct kith_watcher){.stored = on_stored, .ctx = city};
	kith_node_watch(city->node, &city->watcher);
}

static void on_stopped(void *ctx)
{
	struct city *city = ctx;

	city->stopped = true;
	city->node = NULL;
}

static void city_stop(struct world *world, struct city *city)
{
	if (!city->node)
		return;
	kith_node_stop(city->node, on_stopped, city);
	run_until(world, city->stopped);
}

static size_t city_count(const struct city *city)
{
	struct kith_circle commons = kith_circle_commons();

	return kith_set_count(
		kith_core_set(kith_node_core(city->node), &commons, KITH_CLASS_CONTENT));
}

static struct kith_partner_view city_partner(const struct city *city)
{
	struct kith_partner_view view = {.state = KITH_PARTNER_PAUSED};

	(void)kith_core_partner_at(
		kith_node_core(city->node), 0, kith_node_now_ms(city->node), &view);
	return view;
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	assert_int_equal(kith_keys_init(), 0);
	world->seeded.state = 7;
	assert_int_equal(uv_loop_init(&world->loop), 0);
	uv_timer_init(&world->loop, &world->limit);
	city_make(&world->a);
	city_make(&world->b);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	city_stop(world, &world->a);
	city_stop(world, &world->b);
	uv_close((uv_handle_t *)&world->limit, NULL);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0); /* nothing is left open */
	kith_keyring_clear(&world->a.keyring);
	kith_keyring_clear(&world->b.keyring);
	temp_home_remove(world->a.home);
	temp_home_remove(world->b.home);
	free(world);
	return 0;
}

/* ---- acts ----------------------------------------------------------------------------------- */

static void on_changed(void *ctx, int err)
{
	struct world *world = ctx;

	world->changes++;
	world->err = err;
}

/* From's own address as text is what a person would give to `to`. */
static int befriend(struct world *world, struct city *to, struct city *from, bool dial)
{
	struct kith_partner_config partner = {.name = "friend"};
	struct kith_address address;
	char text[KITH_ADDRESS_MAX], why[512];
	size_t before = world->changes;

	kith_node_address(from->node, text, sizeof(text));
	if (kith_address_parse(text, &address, why, sizeof(why)) != 0)
		fail_msg("%s: %s", text, why);
	partner.group = address.group;
	partner.has_address = dial;
	partner.node = address.node;
	strcpy(partner.host, address.host);
	partner.port = address.port;
	kith_node_set_partner(to->node, &partner, on_changed, world);
	run_until(world, world->changes > before);
	return world->err;
}

static void on_published(void *ctx, struct kith_batch *batch)
{
	struct world *world = ctx;

	world->publishes++;
	world->err = batch->err ? batch->err : batch->entries[0].err;
	kith_batch_free(batch);
}

static void publish(struct world *world, struct city *city, size_t count)
{
	struct kith_batch *batch = kith_batch_new(count);

	assert_non_null(batch);
	for (size_t i = 0; i < count; i++) {
		struct saying saying = {.title = "Social pharmacy", .created_ms = 1000 + i};
		struct kith_record *record =
			stored_record(&saying, city->keyring.author, &world->seeded);

		world->id = record->id;
		stored_add(batch, record);
	}
	kith_node_publish(city->node, batch, on_published, world);
}

static void publish_and_wait(struct world *world, struct city *city, size_t count)
{
	size_t before = world->publishes;

	publish(world, city, count);
	run_until(world, world->publishes > before);
	assert_int_equal(world->err, 0);
}

/* Is the record last published really in the city's database? */
struct asking {
	struct kith_record_id id;
	bool done;
	int err;
};

static int see(void *ctx, const struct kith_row *row)
{
	(void)ctx;
	assert_int_equal(row->known, KITH_KNOWN_HELD);
	return 0;
}

static int ask(struct kith_reader *reader, void *arg)
{
	struct asking *asking = arg;

	return kith_query_get(reader, &asking->id, see, NULL);
}

static void answered(void *arg, int err)
{
	struct asking *asking = arg;

	asking->done = true;
	asking->err = err;
}

static bool has_last(struct world *world, struct city *city)
{
	struct asking asking = {.id = world->id};

	kith_store_read(kith_node_store(city->node), ask, answered, &asking);
	run_until(world, asking.done);
	return asking.err == 0;
}

static void become_partners(struct world *world)
{
	city_start(world, &world->a);
	city_start(world, &world->b);
	assert_int_equal(befriend(world, &world->b, &world->a, false), 0);
	assert_int_equal(befriend(world, &world->a, &world->b, true), 0);
}

#define live(city) (city_partner(city).state == KITH_PARTNER_LIVE)

/* ---- tests ---------------------------------------------------------------------------------- */

static void a_record_arrives(void **state)
{
	struct world *world = *state;

	become_partners(world);
	run_until(world, live(&world->a) && live(&world->b));
	publish_and_wait(world, &world->a, 1);
	assert_int_equal(world->a.told, 1); /* whoever publishes is told as well */
	run_until(world, world->b.told);
	assert_true(has_last(world, &world->b));
	assert_int_equal(city_count(&world->b), 1);
	publish_and_wait(world, &world->b, 1); /* and the other way */
	run_until(world, world->a.told == 2);
	assert_true(has_last(world, &world->a));
	assert_int_equal(city_partner(&world->b).stats.records_in, 1);
	assert_true(kith_node_stats(world->a.node).bytes_in > 0);
	assert_true(kith_node_stats(world->a.node).bytes_out > 0);
	assert_true(kith_node_stats(world->a.node).lag.turns > 0);
	assert_int_equal(kith_node_stats(world->b.node).accepted, 1);
}

/* Partners and sets come back from the disk; what one missed it catches up with. */
static void a_restart_catches_up(void **state)
{
	struct world *world = *state;
	uint16_t port;

	become_partners(world);
	publish_and_wait(world, &world->a, 300);
	run_until(world, city_count(&world->b) == 300);
	port = kith_node_port(world->b.node);
	city_stop(world, &world->b);
	run_until(world, city_partner(&world->a).state != KITH_PARTNER_LIVE);
	assert_int_equal(city_partner(&world->a).last_bye, KITH_BYE_SHUTDOWN); /* it took leave */
	assert_int_equal(city_partner(&world->a).stats.truncations, 0);
	publish_and_wait(world, &world->a, 100);
	world->b.config.listen[0].port = port; /* where a looks for it */
	city_start(world, &world->b);
	assert_int_equal(city_count(&world->b), 300);
	run_until(world, city_count(&world->b) == 400);
	assert_true(has_last(world, &world->b));
	run_until(world, live(&world->a) && live(&world->b));
	assert_string_equal(city_partner(&world->b).config.name, "friend");
}

/* In the middle of a transfer both stop, and nothing is lost that was there. */
static void a_stop_in_the_middle(void **state)
{
	struct world *world = *state;
	size_t had;

	city_start(world, &world->a);
	city_start(world, &world->b);
	publish_and_wait(world, &world->a, 2000);
	assert_int_equal(befriend(world, &world->b, &world->a, false), 0);
	assert_int_equal(befriend(world, &world->a, &world->b, true), 0);
	run_until(world, world->b.told);
	had = city_count(&world->b);
	kith_node_stop(world->a.node, on_stopped, &world->a);
	kith_node_stop(world->b.node, on_stopped, &world->b);
	run_until(world, world->a.stopped && world->b.stopped);
	city_start(world, &world->b);
	assert_true(city_count(&world->b) >= had);
	assert_true(city_count(&world->b) <= 2000);
}

/* What was acknowledged before a stop is there afterwards, what comes after is refused. */
static void publishing_and_stopping(void **state)
{
	struct world *world = *state;
	struct kith_record_id first;

	city_start(world, &world->a);
	publish(world, &world->a, 1);
	first = world->id;
	kith_node_stop(world->a.node, on_stopped, &world->a);
	publish(world, &world->a, 1);
	assert_int_equal(world->publishes, 1); /* at once */
	assert_int_equal(world->err, KITH_E_STATE);
	run_until(world, world->a.stopped);
	assert_int_equal(world->publishes, 2);
	assert_int_equal(world->err, 0);
	city_start(world, &world->a);
	assert_int_equal(city_count(&world->a), 1);
	world->id = first;
	assert_true(has_last(world, &world->a));
}

static void partners_are_kept_and_removed(void **state)
{
	struct world *world = *state;
	struct kith_partner_view view;

	city_start(world, &world->a);
	city_start(world, &world->b);
	assert_int_equal(befriend(world, &world->a, &world->a, true), KITH_E_REFUSED); /* itself */
	assert_false(kith_core_partner_at(kith_node_core(world->a.node), 0, 0, &view));
	assert_int_equal(befriend(world, &world->a, &world->b, true), 0);
	assert_int_equal(befriend(world, &world->a, &world->b, true), 0); /* again: the same one */
	assert_false(kith_core_partner_at(kith_node_core(world->a.node), 1, 0, &view));
	city_stop(world, &world->a);
	city_start(world, &world->a);
	assert_true(kith_core_partner_at(kith_node_core(world->a.node), 0, 0, &view));
	kith_node_remove_partner(world->a.node, &view.config.group, on_changed, world);
	world->changes = 0;
	run_until(world, world->changes);
	assert_int_equal(world->err, 0);
	kith_node_remove_partner(world->a.node, &view.config.group, on_changed, world);
	run_until(world, world->changes == 2);
	assert_int_equal(world->err, KITH_E_NOT_FOUND);
	city_stop(world, &world->a);
	city_start(world, &world->a);
	assert_false(kith_core_partner_at(kith_node_core(world->a.node), 0, 0, &view));
}

struct leaving {
	struct kith_watcher watcher;
	struct city *city;
	size_t told;
};

static void leave_with_the_other(void *ctx, uint64_t last_seq)
{
	struct leaving *leaving = ctx;

	(void)last_seq;
	leaving->told++;
	kith_node_unwatch(leaving->city->node, &leaving->city->watcher);
	kith_node_unwatch(leaving->city->node, &leaving->watcher);
	memset(&leaving->city->watcher, 0xff, sizeof(leaving->city->watcher));
	memset(&leaving->watcher.next, 0xff, sizeof(leaving->watcher.next));
}

static void count_told(void *ctx, uint64_t last_seq)
{
	(void)last_seq;
	++*(size_t *)ctx;
}

static void watchers_may_leave_while_told(void **state)
{
	struct world *world = *state;
	size_t told = 0;
	struct kith_watcher staying = {.stored = count_told, .ctx = &told};
	struct leaving leaving = {
		.watcher = {.stored = leave_with_the_other, .ctx = &leaving}, .city = &world->a};

	city_start(world, &world->a);
	kith_node_unwatch(world->a.node, &world->a.watcher);
	kith_node_watch(world->a.node, &staying); /* told last */
	kith_node_watch(world->a.node, &world->a.watcher);
	kith_node_watch(world->a.node, &leaving.watcher); /* told first */
	publish_and_wait(world, &world->a, 1);
	publish_and_wait(world, &world->a, 1);
	assert_int_equal(leaving.told, 1);
	assert_int_equal(told, 2);
	assert_int_equal(world->a.told, 0);
}

/* Before a handshake, when half of its life is over or a clock was set back; else it stays. */
static void the_certificate_is_renewed(void **state)
{
	static const int64_t left_days[] = {182, -5000, 5000, 184, 366};
	struct world *world = *state;
	struct city *a = &world->a, *b = &world->b;
	uint64_t day_ms = KITH_CERTIFICATE_MS / 366, until, before;

	city_start(world, a);
	city_start(world, b);
	for (size_t i = 0; i < sizeof(left_days) / sizeof(left_days[0]); i++) {
		before = kith_node_wall_ms(a->node);
		until = before + (uint64_t)(left_days[i] * (int64_t)day_ms);
		a->node->certified_until_ms = until;
		kith_node_mind_certificate(a->node);
		if (i < 3)
			until = before + KITH_CERTIFICATE_MS;
		assert_in_range(a->node->certified_until_ms, until, until + LIMIT_MS);
	}
	a->node->certified_until_ms = before;
	befriend(world, a, b, true); /* which makes a connection */
	befriend(world, b, a, false);
	run_until(world, city_partner(b).state == KITH_PARTNER_LIVE);
	assert_in_range(a->node->certified_until_ms, before + KITH_CERTIFICATE_MS,
		before + KITH_CERTIFICATE_MS + LIMIT_MS);
}

/* A stranger who knows no key gets no byte, only the end of the connection. */
static void a_stranger_gets_nothing(void **state)
{
	struct world *world = *state;
	struct sockaddr_in four = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint8_t garbage[200];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	city_start(world, &world->a);
	seeded_fill(&world->seeded, garbage, sizeof(garbage));
	garbage[0] = 0; /* a length that is there at once */
	garbage[1] = 48;
	four.sin_port = htons(kith_node_port(world->a.node));
	assert_int_equal(connect(fd, (struct sockaddr *)&four, sizeof(four)), 0);
	assert_int_equal(write(fd, garbage, sizeof(garbage)), sizeof(garbage));
	run_until(world, kith_core_stats(kith_node_core(world->a.node)).openings_refused == 1);
	assert_int_equal(kith_node_stats(world->a.node).bytes_out, 0);
	assert_true(recv(fd, garbage, sizeof(garbage), 0) <= 0);
	close(fd);
}

static void expect_no_start(struct world *world, struct city *city, int err, const char *words)
{
	char why[512] = "";

	assert_int_equal(kith_node_start(&world->loop, &city->config, &city->keyring, &city->log,
				 &city->node, why, sizeof(why)),
		err);
	if (!strstr(why, words))
		fail_msg("wanted \"%s\" in: %s", words, why);
	assert_int_equal(uv_loop_alive(&world->loop), world->a.node != NULL);
}

static void starts_that_fail_leave_nothing(void **state)
{
	struct world *world = *state;
	char text[64];

	city_start(world, &world->a);
	world->b.config.listen[0].port = kith_node_port(world->a.node);
	snprintf(text, sizeof(text), "127.0.0.1:%u", (unsigned)kith_node_port(world->a.node));
	expect_no_start(world, &world->b, KITH_E_NETWORK, text);
	city_stop(world, &world->a);
	world->b.config.listen[0].port = 0;
	city_start(world, &world->b);
	city_stop(world, &world->b);
	temp_home_write(world->b.home, "kith.db",
		"this is no database, but long enough to be one; "
		"or is it? The file is read as far as its magic.",
		96, 0600);
	expect_no_start(world, &world->b, KITH_E_CORRUPT, "kith.db");
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_world(a_record_arrives),
		in_world(a_restart_catches_up),
		in_world(a_stop_in_the_middle),
		in_world(publishing_and_stopping),
		in_world(partners_are_kept_and_removed),
		in_world(watchers_may_leave_while_told),
		in_world(the_certificate_is_renewed),
		in_world(a_stranger_gets_nothing),
		in_world(starts_that_fail_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
