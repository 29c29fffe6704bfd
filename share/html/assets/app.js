/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app.js: small comforts; every page works without them. */
(() => {
	"use strict";
	const find = (what, from = document) => from.querySelector(what);
	const each = (what, run) => document.querySelectorAll(what).forEach(run);
	const words = find("#words")?.dataset ?? {};

	/* One press pays once; the server's key makes sure of it anyway. */
	document.addEventListener("submit", (event) => {
		const form = event.target;

		if (form.method !== "post")
			return;
		if (form.dataset.sent) {
			event.preventDefault();
			return;
		}
		form.dataset.sent = "yes";
		find("button:not([type])", form)?.setAttribute("aria-disabled", "true");
	});
	window.addEventListener("pageshow", () => {
		each("form[data-sent]", (form) => {
			delete form.dataset.sent;
			find("button:not([type])", form)?.removeAttribute("aria-disabled");
		});
	});

	/* Codes are pasted with blanks in them. */
	find("#code")?.addEventListener("input", (event) => {
		const plain = event.target.value.replace(/[\s-]/g, "");

		if (plain !== event.target.value)
			event.target.value = plain;
	});

	const button = (text, look, press) => {
		const it = document.createElement("button");

		it.type = "button";
		it.className = look;
		it.textContent = text;
		it.addEventListener("click", () => press(it));
		return it;
	};

	if (navigator.clipboard)
		each("[data-copy]:not(#words)", (value) => {
			value.after(button(words.copy, "copy", async (it) => {
				await navigator.clipboard.writeText(value.dataset.copy);
				it.textContent = words.copied;
				setTimeout(() => { it.textContent = words.copy; }, 2000);
			}));
		});
	each(".acts[data-print]", (acts) => {
		acts.append(button(words.print, "btn quiet", () => window.print()));
	});
	each("[data-user]", (person) => {
		person.append(button(words.fill, "btn quiet small", () => {
			find("#user_id").value = person.dataset.user;
			find("#password").value = person.dataset.password;
			find("#password").focus();
		}));
	});

	/* A new password can be looked at, and says how long it is. */
	each("[data-meter]", (field) => {
		const meter = document.createElement("meter");

		meter.max = meter.optimum = 16;
		meter.low = Number(field.dataset.meter) || 8;
		meter.high = 12;
		meter.ariaLabel = words.length;
		field.addEventListener("input", () => {
			meter.value = field.value.length;
		});
		field.after(meter, button(words.show, "copy", (it) => {
			const hidden = field.type === "password";

			field.type = hidden ? "text" : "password";
			it.textContent = hidden ? words.hide : words.show;
		}));
	});

	/* Whether a user id is free, before the whole form is sent; where a captcha
	 * is asked for, only if captcha.js can work out another. */
	each("[data-free]", (field) => {
		const said = document.createElement("output");

		field.after(said);
		field.addEventListener("change", async () => {
			const user_id = field.value;
			const proof = find("#captcha") ?
				await find("input[name=captcha]")?.proof?.() : "";
			const answer = proof === undefined ? null : await fetch(
				"/user-id-available?" + new URLSearchParams(
					{ user_id, captcha: proof }), {
					headers: { Accept: "application/json" },
				}).catch(() => null);
			const is = answer?.ok ? (await answer.json()).available : null;

			if (user_id === field.value)
				said.textContent = is === null ? "" :
					is ? words.free : words.taken;
		});
	});

	/* The seal is on paper too. */
	window.addEventListener("beforeprint", () => {
		each(".seal", (seal) => { seal.open = true; });
	});

	/* The menu closes as menus do. */
	const menu = find(".me");

	document.addEventListener("click", (event) => {
		if (menu && !menu.contains(event.target))
			menu.open = false;
	});
	menu?.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || !menu.open)
			return;
		menu.open = false;
		find("summary", menu).focus();
	});

	/* The session's end is announced a minute before. */
	const minutes = Number(document.body.dataset.idleMinutes);
	const notice = find("#idle");

	if (!minutes || !notice)
		return;
	const ends = minutes * 60000;
	const warns = ends - Math.min(60000, ends / 2);
	let timer;

	const seen = (now) => {
		try {
			if (now)
				localStorage.setItem("seen", now);
			return Number(localStorage.getItem("seen")) || began;
		} catch {
			return began;
		}
	};
	let began = Date.now();

	/* What is written into a form is kept, and offered after signing in. */
	const form = find("form:not([action^='/drafts']) > input[name=draft]")?.form;
	const full = () => form && [...form.elements].some((it) => it.value &&
		it.tagName === "INPUT" && !/^(csrf|draft|idempotency_key)$/.test(it.name));
	const keep = () => {
		const data = new FormData(form);

		each("[type=password], [autocomplete=one-time-code]",
			(it) => data.delete(it.name));
		return fetch("/drafts", {
			method: "POST", body: new URLSearchParams(data),
			headers: { Accept: "application/json" },
		}).catch(() => null);
	};
	const next = () => encodeURIComponent(find("[data-next]")?.dataset.next ??
		location.pathname + location.search);
	const leave = async () => {
		if (full())
			await keep();
		location.assign("/login?idle=1&next=" + next());
	};
	const look = () => {
		const idle = Date.now() - Math.max(began, seen());

		clearTimeout(timer);
		if (idle >= ends) {
			leave();
			return;
		}
		notice.hidden = idle < warns;
		timer = setTimeout(look,
			Math.max(500, (idle < warns ? warns : ends) - idle));
	};
	const visited = () => {
		began = Date.now();
		seen(began);
		look();
	};
	const stay = async () => {
		const answer = await fetch("/sessions", {
			headers: { Accept: "application/json" }, cache: "no-store",
		}).catch(() => null);

		if (answer?.status === 401)
			leave();
		else if (answer?.ok)
			visited();
	};

	let pause;

	form?.addEventListener("input", () => {
		clearTimeout(pause);
		pause = setTimeout(async () => {
			if ((await keep())?.ok)
				visited();
		}, 1000);
	});

	/* Ended elsewhere: this page says so too. Asking is no activity. */
	const ask = async () => {
		const answer = document.hidden ? null : await fetch("/session", {
			headers: { Accept: "application/json" }, cache: "no-store",
		}).catch(() => null);
		const now = answer?.ok ? await answer.json() : null;

		if (now?.signed_in && over)
			listen();
		if (!now || now.signed_in || now.idle)
			return;
		clearInterval(asking);
		clearTimeout(timer);
		notice.remove();
		box.hidden = true;
		find("#ended a").search = "?next=" + next();
		find("#ended").hidden = false;
	};
	let turns = 0;
	const asking = setInterval(() => {
		if (line.readyState !== WebSocket.OPEN || ++turns % 4 === 0)
			ask();
	}, 15000);

	/* The bank tells at once; a page that cannot listen asks, and one that
	 * listens asks now and then whether it still hears. One whose
	 * session is over (4401) listens again when there is another. Where
	 * nobody ever answers there is nobody to listen to. */
	const box = find("#paid");
	const paid = ({ amount, currency }) => {
		const digits = (amount.split(".")[1] ?? "").length;

		find("b", box).textContent = new Intl.NumberFormat(
			document.documentElement.lang,
			{ minimumFractionDigits: digits }).format(amount) + "\u00a0" + currency;
		box.hidden = false;
	};
	find("button", box).addEventListener("click", () => { box.hidden = true; });

	let line, over, heard, last = "", wait = 1000;
	const listen = () => {
		over = false;
		line = new WebSocket(location.origin.replace(/^http/, "ws") +
			"/ws?after=" + last, "clicknet.push");
		line.onopen = () => {
			if (heard)
				ask();
			heard = true;
			wait = 1000;
		};
		line.onmessage = ({ data }) => {
			const news = JSON.parse(data);

			last = news.id;
			if (news.type === "session.ended")
				ask();
			else if (news.type === "transfer.received")
				paid(news.data);
		};
		line.onclose = ({ code }) => {
			over = code === 4401;
			if (over) {
				last = "";
				ask();
			} else if (heard || wait < 60000) {
				setTimeout(listen, wait * (1 + Math.random()));
				wait = Math.min(wait * 2, 60000);
			}
		};
	};

	find("button", notice).addEventListener("click", stay);
	document.addEventListener("visibilitychange", () => {
		if (document.hidden)
			return;
		look();
		ask();
	});
	visited();
	listen();
})();
