/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc.h: the pages of this program, by file. */
#ifndef CLICKNET_KYC_H
#define CLICKNET_KYC_H

#include "lib/app.h"

/* choice.c */
handler apply_show, product_form, branch_form, branch_post;
/* codes.c */
handler mobile_form, email_form, code_send, code_verify;
/* contact.c */
handler contact_form, contact_post, kyc_session_post, kyc_session_put;
/* details.c */
handler details_form, details_post, details_late;
/* didit.c */
handler didit_webhook;
/* documents.c */
handler documents_form, documents_show, documents_post, document_show;
handler upload_delete;
/* identity.c */
handler identity_form, identity_post;
/* identity_didit.c */
handler didit_back_show;
/* products.c */
handler products_show, product_show;
/* branches.c */
handler branches_show;
/* resume.c */
handler resume_form, resume_post, link_post, leave_post;
/* review.c */
handler review_form, submit_post;
/* sent.c */
handler kyc_session_show, sent_show;
/* user.c */
handler apply_user_form, apply_user_post;

/* door.c: who asks. Applications are worked on under a session of their own,
 * told by the cookie clicknet-kyc (__Host- over TLS) or a bearer token; what
 * staff see is behind the sign-in, and who looks at the catalogue signed in is
 * greeted as in the rest of the bank. For struct app: ask, door, late,
 * frame. */
enum err kyc_ask(struct req *);
const char *kyc_door(const struct req *);
handler kyc_late;
void kyc_frame(struct req *, json_object *view);

/* The application of the asking session; ERR_LOGIN if there is none. */
struct application;
enum err kyc_application(struct req *, struct application *out);

/* Has this browser an application open? On any page; it is no sign-in. */
bool kyc_begun(struct req *);

/* Sets or (token NULL) clears the cookie of an application's session. */
void kyc_cookie(struct req *, struct resp *, const char *token);

/* progress.c: {kyc_session_id, reference, state, step, steps: [{name,
 * status}]}, a new object that ends with the request. For pages each step has
 * "path", "is_<name>" and its status as flags besides. */
json_object *kyc_view(struct req *, const struct application *);

#endif
