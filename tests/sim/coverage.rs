//! Counts of the events in the scenarios. They show that the scenarios are varied.

use storefront_token_client::core::call::Reply;
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::event::{Event, Reason, Refresh};
use storefront_token_client::core::response::ExchangeResult;

use crate::parse::member;

macro_rules! counts {
    ($of:ident, $what:literal, rarest one in $rarest:literal: $($name:ident),* $(,)?) => {
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $of { $(pub $name: u64,)* }

        impl std::ops::AddAssign for $of {
            fn add_assign(&mut self, other: $of) {
                $(self.$name += other.$name;)*
            }
        }

        impl $crate::runner::Counts for $of {
            const OF: &'static str = $what;
            const RAREST: u64 = $rarest;

            fn counts(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

pub(crate) use counts;

counts! {
    Coverage, "scenarios", rarest one in 1_000:
    calls, exchanges, tokens, refreshes, retries, lost_responses, lost_with_the_page, aborted, guests,
    replaced_guests, sign_ins, wrong_passwords, sign_outs, restored, rejected_refresh_tokens, expired,
    timeouts, rejected_tokens, failed_writes, reloads, sleeps, messages, gone,
    from_records, from_leases, adoptions, retried, accepted_tokens,
}

impl Coverage {
    pub fn reply(&mut self, result: &Result<Reply, Error>) {
        match result {
            Ok(Reply::Token(..)) => self.tokens += 1,
            Ok(Reply::SignedOut) => self.sign_outs += 1,
            Ok(Reply::Session(_)) => {}
            Err(error) if error.code == Code::Timeout => self.timeouts += 1,
            Err(error) if error.code == Code::InvalidCredentials => self.wrong_passwords += 1,
            Err(error) if error.code == Code::TokenRejected => self.rejected_tokens += 1,
            Err(_) => {}
        }
    }

    pub fn event(&mut self, event: &Event) {
        match event {
            Event::TokenRefresh(Refresh::Refreshed) => self.refreshes += 1,
            Event::TokenRefresh(Refresh::Retrying { .. }) => self.retries += 1,
            Event::TokenRefresh(Refresh::Failed { .. } | Refresh::Stalled { .. }) => {}
            Event::TokenRefresh(Refresh::Received) => {}
            Event::SessionChange { reason, .. } => match reason {
                Reason::Restored => self.restored += 1,
                Reason::SignedIn => self.sign_ins += 1,
                Reason::Adopted => self.adoptions += 1,
                Reason::GuestCreated => self.guests += 1,
                Reason::GuestReplaced => self.replaced_guests += 1,
                Reason::RefreshRejected => self.rejected_refresh_tokens += 1,
                Reason::RecordSetAside | Reason::GuestJoined | Reason::GuestKept => {}
                Reason::Expired => self.expired += 1,
                Reason::SignedOut => {}
                Reason::SignedOutElsewhere | Reason::StorageCleared => self.gone += 1,
            },
        }
    }

    pub fn exchange_result(&mut self, result: &ExchangeResult) {
        let is_lost = member(result, "access_token").is_none() && member(result, "error").is_none();
        self.lost_responses += u64::from(is_lost);
    }
}
