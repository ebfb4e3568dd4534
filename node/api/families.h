/*
 * families.h: the functions behind the rows of methods.c, by family; their duties are in
 * node/api/schema/METHOD.json.
 */
#ifndef KITH_NODE_API_FAMILIES_H
#define KITH_NODE_API_FAMILIES_H

struct kith_call;
struct kith_reader;

/* methods_node.c */
void kith_method_kind_describe(struct kith_call *call);
void kith_method_metrics_get(struct kith_call *call);
void kith_method_node_info(struct kith_call *call);
void kith_method_rpc_discover(struct kith_call *call);

/* methods_sync.c */
void kith_method_sync_status(struct kith_call *call);

/* methods_partner.c */
void kith_method_partner_add(struct kith_call *call);
void kith_method_partner_list(struct kith_call *call);
void kith_method_partner_pause(struct kith_call *call);
void kith_method_partner_remove(struct kith_call *call);
void kith_method_partner_resume(struct kith_call *call);

/* methods_record.c: reading */
void kith_method_record_find(struct kith_call *call, struct kith_reader *reader);
void kith_method_record_follow(struct kith_call *call);
void kith_method_record_get(struct kith_call *call);
void kith_method_record_links(struct kith_call *call, struct kith_reader *reader);
void kith_method_record_state(struct kith_call *call, struct kith_reader *reader);
void kith_method_record_unfollow(struct kith_call *call);

/* methods_report.c: every report.NAME */
void kith_method_report(struct kith_call *call, struct kith_reader *reader);

/* methods_publish.c: writing */
void kith_method_record_check(struct kith_call *call);
void kith_method_record_publish(struct kith_call *call);

#endif
