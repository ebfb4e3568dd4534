/* packet.c: pieces of a stream on their way, first in, first out; see net.h. */
#include "tests/sim/must.h"
#include "tests/sim/net.h"

void sim_packets_put(struct sim_packets *packets, struct sim_packet *packet)
{
	packet->next = NULL;
	if (packets->first)
		packets->last->next = packet;
	else
		packets->first = packet;
	packets->last = packet;
	packets->bytes += packet->len - packet->at;
}

struct sim_packet *sim_packets_take(struct sim_packets *packets)
{
	struct sim_packet *packet = packets->first;

	packets->first = packet->next;
	packets->bytes -= packet->len - packet->at;
	return packet;
}

void sim_packet_free(struct sim_packet *packet)
{
	free(packet->data);
	free(packet);
}

void sim_packets_clear(struct sim_packets *packets)
{
	while (packets->first)
		sim_packet_free(sim_packets_take(packets));
}

struct sim_packet *sim_packet_new(uint8_t *data, size_t len, uint64_t sent_us)
{
	struct sim_packet *packet = must_calloc(1, sizeof(*packet));

	packet->data = data;
	packet->len = len;
	packet->sent_us = sent_us;
	packet->end = data == NULL;
	return packet;
}
