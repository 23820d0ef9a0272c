//! The names of all wordings. Each has its text in `dictionaries/replies.toml`, and each text its name here; the
//! loader checks both ways.

use super::category::codes;

codes! {
    /// One wording.
    ReplyKey {
        /// See `added_to_own` in `replies.toml`.
        AddedToOwn = "added_to_own",
        /// See `again_which` in `replies.toml`.
        AgainWhich = "again_which",
        /// See `already_theirs` in `replies.toml`.
        AlreadyTheirs = "already_theirs",
        /// See `appeal_kept` in `replies.toml`.
        AppealKept = "appeal_kept",
        /// See `appeal_not_now` in `replies.toml`.
        AppealNotNow = "appeal_not_now",
        /// See `arrived` in `replies.toml`.
        Arrived = "arrived",
        /// See `ask_solved` in `replies.toml`.
        AskSolved = "ask_solved",
        /// See `at_building` in `replies.toml`.
        AtBuilding = "at_building",
        /// See `bind_locked` in `replies.toml`.
        BindLocked = "bind_locked",
        /// See `bind_privately` in `replies.toml`.
        BindPrivately = "bind_privately",
        /// See `bind_wrong` in `replies.toml`.
        BindWrong = "bind_wrong",
        /// See `bound` in `replies.toml`.
        Bound = "bound",
        /// See `box_board` in `replies.toml`.
        BoxBoard = "box_board",
        /// See `box_how` in `replies.toml`.
        BoxHow = "box_how",
        /// See `broadcast_kept` in `replies.toml`.
        BroadcastKept = "broadcast_kept",
        /// See `call_how` in `replies.toml`.
        CallHow = "call_how",
        /// See `call_not_yours` in `replies.toml`.
        CallNotYours = "call_not_yours",
        /// See `call_private` in `replies.toml`.
        CallPrivate = "call_private",
        /// See `came_back` in `replies.toml`.
        CameBack = "came_back",
        /// See `cancel_which` in `replies.toml`.
        CancelWhich = "cancel_which",
        /// See `cancelled` in `replies.toml`.
        Cancelled = "cancelled",
        /// See `cannot_read` in `replies.toml`.
        CannotRead = "cannot_read",
        /// See `catch_all_keeps` in `replies.toml`.
        CatchAllKeeps = "catch_all_keeps",
        /// See `change_what` in `replies.toml`.
        ChangeWhat = "change_what",
        /// See `choose_again` in `replies.toml`.
        ChooseAgain = "choose_again",
        /// See `claimed` in `replies.toml`.
        Claimed = "claimed",
        /// See `claimed_before` in `replies.toml`.
        ClaimedBefore = "claimed_before",
        /// See `closed` in `replies.toml`.
        Closed = "closed",
        /// See `closed_by_statement` in `replies.toml`.
        ClosedByStatement = "closed_by_statement",
        /// See `co_sign_again` in `replies.toml`.
        CoSignAgain = "co_sign_again",
        /// See `co_sign_closed` in `replies.toml`.
        CoSignClosed = "co_sign_closed",
        /// See `co_sign_own` in `replies.toml`.
        CoSignOwn = "co_sign_own",
        /// See `co_sign_which` in `replies.toml`.
        CoSignWhich = "co_sign_which",
        /// See `co_signed` in `replies.toml`.
        CoSigned = "co_signed",
        /// See `community_decides` in `replies.toml`.
        CommunityDecides = "community_decides",
        /// See `confirm_own_work` in `replies.toml`.
        ConfirmOwnWork = "confirm_own_work",
        /// See `danger` in `replies.toml`.
        Danger = "danger",
        /// See `decline_how` in `replies.toml`.
        DeclineHow = "decline_how",
        /// See `declined_kept` in `replies.toml`.
        DeclinedKept = "declined_kept",
        /// See `dictionary_discarded` in `replies.toml`.
        DictionaryDiscarded = "dictionary_discarded",
        /// See `dictionary_draft_first` in `replies.toml`.
        DictionaryDraftFirst = "dictionary_draft_first",
        /// See `dictionary_fault` in `replies.toml`.
        DictionaryFault = "dictionary_fault",
        /// See `dictionary_golden` in `replies.toml`.
        DictionaryGolden = "dictionary_golden",
        /// See `dictionary_moved` in `replies.toml`.
        DictionaryMoved = "dictionary_moved",
        /// See `dictionary_no_draft` in `replies.toml`.
        DictionaryNoDraft = "dictionary_no_draft",
        /// See `dictionary_no_version` in `replies.toml`.
        DictionaryNoVersion = "dictionary_no_version",
        /// See `dictionary_not_cut` in `replies.toml`.
        DictionaryNotCut = "dictionary_not_cut",
        /// See `dictionary_not_yours` in `replies.toml`.
        DictionaryNotYours = "dictionary_not_yours",
        /// See `dictionary_problems` in `replies.toml`.
        DictionaryProblems = "dictionary_problems",
        /// See `dictionary_published` in `replies.toml`.
        DictionaryPublished = "dictionary_published",
        /// See `dictionary_sentence` in `replies.toml`.
        DictionarySentence = "dictionary_sentence",
        /// See `dictionary_sentence_draft` in `replies.toml`.
        DictionarySentenceDraft = "dictionary_sentence_draft",
        /// See `dictionary_status` in `replies.toml`.
        DictionaryStatus = "dictionary_status",
        /// See `dictionary_trial` in `replies.toml`.
        DictionaryTrial = "dictionary_trial",
        /// See `dictionary_why` in `replies.toml`.
        DictionaryWhy = "dictionary_why",
        /// See `dictionary_worse` in `replies.toml`.
        DictionaryWorse = "dictionary_worse",
        /// See `done_cancelled` in `replies.toml`.
        DoneCancelled = "done_cancelled",
        /// See `done_kept` in `replies.toml`.
        DoneKept = "done_kept",
        /// See `done_privately` in `replies.toml`.
        DonePrivately = "done_privately",
        /// See `done_what` in `replies.toml`.
        DoneWhat = "done_what",
        /// See `draft_kept` in `replies.toml`.
        DraftKept = "draft_kept",
        /// See `emergency_assumed` in `replies.toml`.
        EmergencyAssumed = "emergency_assumed",
        /// See `emergency_sent` in `replies.toml`.
        EmergencySent = "emergency_sent",
        /// See `emergency_where` in `replies.toml`.
        EmergencyWhere = "emergency_where",
        /// See `emergency_which` in `replies.toml`.
        EmergencyWhich = "emergency_which",
        /// See `estate_unknown` in `replies.toml`.
        EstateUnknown = "estate_unknown",
        /// See `evening_brief` in `replies.toml`.
        EveningBrief = "evening_brief",
        /// See `explain_how` in `replies.toml`.
        ExplainHow = "explain_how",
        /// See `explained_kept` in `replies.toml`.
        ExplainedKept = "explained_kept",
        /// See `forgotten` in `replies.toml`.
        Forgotten = "forgotten",
        /// See `fund_books` in `replies.toml`.
        FundBooks = "fund_books",
        /// See `fund_how` in `replies.toml`.
        FundHow = "fund_how",
        /// See `fund_list` in `replies.toml`.
        FundList = "fund_list",
        /// See `fund_not_yours` in `replies.toml`.
        FundNotYours = "fund_not_yours",
        /// See `given_back` in `replies.toml`.
        GivenBack = "given_back",
        /// See `golden_added` in `replies.toml`.
        GoldenAdded = "golden_added",
        /// See `golden_dropped` in `replies.toml`.
        GoldenDropped = "golden_dropped",
        /// See `grade_how` in `replies.toml`.
        GradeHow = "grade_how",
        /// See `graded` in `replies.toml`.
        Graded = "graded",
        /// See `group_count` in `replies.toml`.
        GroupCount = "group_count",
        /// See `group_message_kept` in `replies.toml`.
        GroupMessageKept = "group_message_kept",
        /// See `group_not_going` in `replies.toml`.
        GroupNotGoing = "group_not_going",
        /// See `group_placed` in `replies.toml`.
        GroupPlaced = "group_placed",
        /// See `group_received` in `replies.toml`.
        GroupReceived = "group_received",
        /// See `group_received_where` in `replies.toml`.
        GroupReceivedWhere = "group_received_where",
        /// See `hand_out_whom` in `replies.toml`.
        HandOutWhom = "hand_out_whom",
        /// See `hand_over_whom` in `replies.toml`.
        HandOverWhom = "hand_over_whom",
        /// See `handed_out` in `replies.toml`.
        HandedOut = "handed_out",
        /// See `handed_over` in `replies.toml`.
        HandedOver = "handed_over",
        /// See `held_back` in `replies.toml`.
        HeldBack = "held_back",
        /// See `help` in `replies.toml`.
        Help = "help",
        /// See `hold_how` in `replies.toml`.
        HoldHow = "hold_how",
        /// See `hold_not_by_handler` in `replies.toml`.
        HoldNotByHandler = "hold_not_by_handler",
        /// See `home_checked` in `replies.toml`.
        HomeChecked = "home_checked",
        /// See `home_kept` in `replies.toml`.
        HomeKept = "home_kept",
        /// See `how_satisfied` in `replies.toml`.
        HowSatisfied = "how_satisfied",
        /// See `human` in `replies.toml`.
        Human = "human",
        /// See `join_forces_why` in `replies.toml`.
        JoinForcesWhy = "join_forces_why",
        /// See `joint_first` in `replies.toml`.
        JointFirst = "joint_first",
        /// See `last_closed` in `replies.toml`.
        LastClosed = "last_closed",
        /// See `lead_first` in `replies.toml`.
        LeadFirst = "lead_first",
        /// See `lead_who` in `replies.toml`.
        LeadWho = "lead_who",
        /// See `led` in `replies.toml`.
        Led = "led",
        /// See `led_already` in `replies.toml`.
        LedAlready = "led_already",
        /// See `ledger_how` in `replies.toml`.
        LedgerHow = "ledger_how",
        /// See `ledger_summary` in `replies.toml`.
        LedgerSummary = "ledger_summary",
        /// See `ledger_too_many` in `replies.toml`.
        LedgerTooMany = "ledger_too_many",
        /// See `level_ends` in `replies.toml`.
        LevelEnds = "level_ends",
        /// See `level_skips` in `replies.toml`.
        LevelSkips = "level_skips",
        /// See `level_why` in `replies.toml`.
        LevelWhy = "level_why",
        /// See `levelled` in `replies.toml`.
        Levelled = "levelled",
        /// See `listed` in `replies.toml`.
        Listed = "listed",
        /// See `listed_already` in `replies.toml`.
        ListedAlready = "listed_already",
        /// See `listing_changed` in `replies.toml`.
        ListingChanged = "listing_changed",
        /// See `listing_list` in `replies.toml`.
        ListingList = "listing_list",
        /// See `listing_not_yours` in `replies.toml`.
        ListingNotYours = "listing_not_yours",
        /// See `listing_page` in `replies.toml`.
        ListingPage = "listing_page",
        /// See `listing_where` in `replies.toml`.
        ListingWhere = "listing_where",
        /// See `listing_which` in `replies.toml`.
        ListingWhich = "listing_which",
        /// See `listing_why` in `replies.toml`.
        ListingWhy = "listing_why",
        /// See `listing_withdrawn` in `replies.toml`.
        ListingWithdrawn = "listing_withdrawn",
        /// See `service_how` in `replies.toml`.
        ServiceHow = "service_how",
        /// See `tell_listing` in `replies.toml`.
        TellListing = "tell_listing",
        /// See `live_where` in `replies.toml`.
        LiveWhere = "live_where",
        /// See `locate_how` in `replies.toml`.
        LocateHow = "locate_how",
        /// See `made_private` in `replies.toml`.
        MadePrivate = "made_private",
        /// See `matter_kept` in `replies.toml`.
        MatterKept = "matter_kept",
        /// See `matter_left` in `replies.toml`.
        MatterLeft = "matter_left",
        /// See `matter_put_right` in `replies.toml`.
        MatterPutRight = "matter_put_right",
        /// See `meeting_called_off` in `replies.toml`.
        MeetingCalledOff = "meeting_called_off",
        /// See `meeting_cancelled` in `replies.toml`.
        MeetingCancelled = "meeting_cancelled",
        /// See `meeting_draft` in `replies.toml`.
        MeetingDraft = "meeting_draft",
        /// See `meeting_draft_how` in `replies.toml`.
        MeetingDraftHow = "meeting_draft_how",
        /// See `meeting_loudspeaker` in `replies.toml`.
        MeetingLoudspeaker = "meeting_loudspeaker",
        /// See `meeting_notice` in `replies.toml`.
        MeetingNotice = "meeting_notice",
        /// See `meeting_reminder` in `replies.toml`.
        MeetingReminder = "meeting_reminder",
        /// See `meeting_sent` in `replies.toml`.
        MeetingSent = "meeting_sent",
        /// See `merge_how` in `replies.toml`.
        MergeHow = "merge_how",
        /// See `merged` in `replies.toml`.
        Merged = "merged",
        /// See `mine` in `replies.toml`.
        Mine = "mine",
        /// See `no_property` in `replies.toml`.
        NoProperty = "no_property",
        /// See `no_segment` in `replies.toml`.
        NoSegment = "no_segment",
        /// See `segment_days` in `replies.toml`.
        SegmentDays = "segment_days",
        /// See `segment_done` in `replies.toml`.
        SegmentDone = "segment_done",
        /// See `segment_done_what` in `replies.toml`.
        SegmentDoneWhat = "segment_done_what",
        /// See `segment_how` in `replies.toml`.
        SegmentHow = "segment_how",
        /// See `segment_list` in `replies.toml`.
        SegmentList = "segment_list",
        /// See `segment_open` in `replies.toml`.
        SegmentOpen = "segment_open",
        /// See `segmented` in `replies.toml`.
        Segmented = "segmented",
        /// See `segments_first` in `replies.toml`.
        SegmentsFirst = "segments_first",
        /// See `summon_not_now` in `replies.toml`.
        SummonNotNow = "summon_not_now",
        /// See `summon_others` in `replies.toml`.
        SummonOthers = "summon_others",
        /// See `summon_requested` in `replies.toml`.
        SummonRequested = "summon_requested",
        /// See `summon_what` in `replies.toml`.
        SummonWhat = "summon_what",
        /// See `summoned_already` in `replies.toml`.
        SummonedAlready = "summoned_already",
        /// See `tell_account` in `replies.toml`.
        TellAccount = "tell_account",
        /// See `tell_account_owed` in `replies.toml`.
        TellAccountOwed = "tell_account_owed",
        /// See `tell_graded` in `replies.toml`.
        TellGraded = "tell_graded",
        /// See `tell_led` in `replies.toml`.
        TellLed = "tell_led",
        /// See `tell_led_reporter` in `replies.toml`.
        TellLedReporter = "tell_led_reporter",
        /// See `tell_property_no_show` in `replies.toml`.
        TellPropertyNoShow = "tell_property_no_show",
        /// See `tell_property_whistle_rejected` in `replies.toml`.
        TellPropertyWhistleRejected = "tell_property_whistle_rejected",
        /// See `tell_segment_done` in `replies.toml`.
        TellSegmentDone = "tell_segment_done",
        /// See `tell_segment_late` in `replies.toml`.
        TellSegmentLate = "tell_segment_late",
        /// See `tell_segmented` in `replies.toml`.
        TellSegmented = "tell_segmented",
        /// See `tell_segmented_owner` in `replies.toml`.
        TellSegmentedOwner = "tell_segmented_owner",
        /// See `tell_summon_request` in `replies.toml`.
        TellSummonRequest = "tell_summon_request",
        /// See `the_property` in `replies.toml`.
        TheProperty = "the_property",
        /// See `weekly_report` in `replies.toml`.
        WeeklyReport = "weekly_report",
        /// See `monthly_report` in `replies.toml`.
        MonthlyReport = "monthly_report",
        /// See `more_privately` in `replies.toml`.
        MorePrivately = "more_privately",
        /// See `more_waiting` in `replies.toml`.
        MoreWaiting = "more_waiting",
        /// See `liaison_week` in `replies.toml`.
        LiaisonWeek = "liaison_week",
        /// See `morning_brief` in `replies.toml`.
        MorningBrief = "morning_brief",
        /// See `no_meeting` in `replies.toml`.
        NoMeeting = "no_meeting",
        /// See `no_more` in `replies.toml`.
        NoMore = "no_more",
        /// See `no_party_members` in `replies.toml`.
        NoPartyMembers = "no_party_members",
        /// See `no_such_home` in `replies.toml`.
        NoSuchHome = "no_such_home",
        /// See `no_such_ticket` in `replies.toml`.
        NoSuchTicket = "no_such_ticket",
        /// See `nobody_called_so` in `replies.toml`.
        NobodyCalledSo = "nobody_called_so",
        /// See `none_of_yours` in `replies.toml`.
        NoneOfYours = "none_of_yours",
        /// See `not_now` in `replies.toml`.
        NotNow = "not_now",
        /// See `not_recorded` in `replies.toml`.
        NotRecorded = "not_recorded",
        /// See `not_understood_command` in `replies.toml`.
        NotUnderstoodCommand = "not_understood_command",
        /// See `not_yet` in `replies.toml`.
        NotYet = "not_yet",
        /// See `not_your_ticket` in `replies.toml`.
        NotYourTicket = "not_your_ticket",
        /// See `not_yours` in `replies.toml`.
        NotYours = "not_yours",
        /// See `note_what` in `replies.toml`.
        NoteWhat = "note_what",
        /// See `noted` in `replies.toml`.
        Noted = "noted",
        /// See `nothing_held` in `replies.toml`.
        NothingHeld = "nothing_held",
        /// See `nothing_open` in `replies.toml`.
        NothingOpen = "nothing_open",
        /// See `nothing_said` in `replies.toml`.
        NothingSaid = "nothing_said",
        /// See `nothing_to_appeal` in `replies.toml`.
        NothingToAppeal = "nothing_to_appeal",
        /// See `nothing_to_choose` in `replies.toml`.
        NothingToChoose = "nothing_to_choose",
        /// See `nothing_to_publish` in `replies.toml`.
        NothingToPublish = "nothing_to_publish",
        /// See `nothing_to_sign` in `replies.toml`.
        NothingToSign = "nothing_to_sign",
        /// See `nothing_to_sign_for` in `replies.toml`.
        NothingToSignFor = "nothing_to_sign_for",
        /// See `offer` in `replies.toml`.
        Offer = "offer",
        /// See `tell_resource` in `replies.toml`.
        TellResource = "tell_resource",
        /// See `tell_visit_fixed` in `replies.toml`.
        TellVisitFixed = "tell_visit_fixed",
        /// See `tell_visit_refused` in `replies.toml`.
        TellVisitRefused = "tell_visit_refused",
        /// See `tell_visit_wished` in `replies.toml`.
        TellVisitWished = "tell_visit_wished",
        /// See `visit_fixed` in `replies.toml`.
        VisitFixed = "visit_fixed",
        /// See `visit_hour` in `replies.toml`.
        VisitHour = "visit_hour",
        /// See `visit_how` in `replies.toml`.
        VisitHow = "visit_how",
        /// See `visit_past` in `replies.toml`.
        VisitPast = "visit_past",
        /// See `visit_refused` in `replies.toml`.
        VisitRefused = "visit_refused",
        /// See `visit_wished` in `replies.toml`.
        VisitWished = "visit_wished",
        /// See `offer_join` in `replies.toml`.
        OfferJoin = "offer_join",
        /// See `offer_second` in `replies.toml`.
        OfferSecond = "offer_second",
        /// See `on_behalf_what` in `replies.toml`.
        OnBehalfWhat = "on_behalf_what",
        /// See `on_site_how` in `replies.toml`.
        OnSiteHow = "on_site_how",
        /// See `on_spot_ordinary_only` in `replies.toml`.
        OnSpotOrdinaryOnly = "on_spot_ordinary_only",
        /// See `on_spot_photos` in `replies.toml`.
        OnSpotPhotos = "on_spot_photos",
        /// See `order_what` in `replies.toml`.
        OrderWhat = "order_what",
        /// See `overdue_list` in `replies.toml`.
        OverdueList = "overdue_list",
        /// See `paste_it` in `replies.toml`.
        PasteIt = "paste_it",
        /// See `patrol_ended` in `replies.toml`.
        PatrolEnded = "patrol_ended",
        /// See `patrol_how` in `replies.toml`.
        PatrolHow = "patrol_how",
        /// See `patrol_kept` in `replies.toml`.
        PatrolKept = "patrol_kept",
        /// See `patrol_list` in `replies.toml`.
        PatrolList = "patrol_list",
        /// See `patrol_none` in `replies.toml`.
        PatrolNone = "patrol_none",
        /// See `patrol_private` in `replies.toml`.
        PatrolPrivate = "patrol_private",
        /// See `patrol_set` in `replies.toml`.
        PatrolSet = "patrol_set",
        /// See `patrol_stop_why` in `replies.toml`.
        PatrolStopWhy = "patrol_stop_why",
        /// See `patrol_what` in `replies.toml`.
        PatrolWhat = "patrol_what",
        /// See `photo_kept` in `replies.toml`.
        PhotoKept = "photo_kept",
        /// See `photo_of_what` in `replies.toml`.
        PhotoOfWhat = "photo_of_what",
        /// See `photos_needed` in `replies.toml`.
        PhotosNeeded = "photos_needed",
        /// See `place` in `replies.toml`.
        Place = "place",
        /// See `place_corrected` in `replies.toml`.
        PlaceCorrected = "place_corrected",
        /// See `place_dismissed` in `replies.toml`.
        PlaceDismissed = "place_dismissed",
        /// See `place_left_to_worker` in `replies.toml`.
        PlaceLeftToWorker = "place_left_to_worker",
        /// See `place_of_what` in `replies.toml`.
        PlaceOfWhat = "place_of_what",
        /// See `placed` in `replies.toml`.
        Placed = "placed",
        /// See `placed_private` in `replies.toml`.
        PlacedPrivate = "placed_private",
        /// See `pool_list` in `replies.toml`.
        PoolList = "pool_list",
        /// See `pooled` in `replies.toml`.
        Pooled = "pooled",
        /// See `pooled_already` in `replies.toml`.
        PooledAlready = "pooled_already",
        /// See `posted_kept` in `replies.toml`.
        PostedKept = "posted_kept",
        /// See `praise` in `replies.toml`.
        Praise = "praise",
        /// See `private_too_late` in `replies.toml`.
        PrivateTooLate = "private_too_late",
        /// See `project_changed` in `replies.toml`.
        ProjectChanged = "project_changed",
        /// See `project_has_ticket` in `replies.toml`.
        ProjectHasTicket = "project_has_ticket",
        /// See `project_how` in `replies.toml`.
        ProjectHow = "project_how",
        /// See `project_list` in `replies.toml`.
        ProjectList = "project_list",
        /// See `project_not_yours` in `replies.toml`.
        ProjectNotYours = "project_not_yours",
        /// See `project_opened` in `replies.toml`.
        ProjectOpened = "project_opened",
        /// See `project_page` in `replies.toml`.
        ProjectPage = "project_page",
        /// See `project_ticket` in `replies.toml`.
        ProjectTicket = "project_ticket",
        /// See `project_what` in `replies.toml`.
        ProjectWhat = "project_what",
        /// See `project_which` in `replies.toml`.
        ProjectWhich = "project_which",
        /// See `proposed` in `replies.toml`.
        Proposed = "proposed",
        /// See `rate_how` in `replies.toml`.
        RateHow = "rate_how",
        /// See `rate_not_yours` in `replies.toml`.
        RateNotYours = "rate_not_yours",
        /// See `receipt_kept` in `replies.toml`.
        ReceiptKept = "receipt_kept",
        /// See `received` in `replies.toml`.
        Received = "received",
        /// See `received_from_box` in `replies.toml`.
        ReceivedFromBox = "received_from_box",
        /// See `received_on_behalf` in `replies.toml`.
        ReceivedOnBehalf = "received_on_behalf",
        /// See `received_private` in `replies.toml`.
        ReceivedPrivate = "received_private",
        /// See `received_private_where` in `replies.toml`.
        ReceivedPrivateWhere = "received_private_where",
        /// See `received_unknown_estate` in `replies.toml`.
        ReceivedUnknownEstate = "received_unknown_estate",
        /// See `received_where` in `replies.toml`.
        ReceivedWhere = "received_where",
        /// See `received_which_estate` in `replies.toml`.
        ReceivedWhichEstate = "received_which_estate",
        /// See `record_how` in `replies.toml`.
        RecordHow = "record_how",
        /// See `recorded` in `replies.toml`.
        Recorded = "recorded",
        /// See `refile_how` in `replies.toml`.
        RefileHow = "refile_how",
        /// See `refiled` in `replies.toml`.
        Refiled = "refiled",
        /// See `refiled_already` in `replies.toml`.
        RefiledAlready = "refiled_already",
        /// See `refuse_why` in `replies.toml`.
        RefuseWhy = "refuse_why",
        /// See `release_not` in `replies.toml`.
        ReleaseNot = "release_not",
        /// See `released` in `replies.toml`.
        Released = "released",
        /// See `remind_solved` in `replies.toml`.
        RemindSolved = "remind_solved",
        /// See `reopen_too_late` in `replies.toml`.
        ReopenTooLate = "reopen_too_late",
        /// See `repeat_of_own` in `replies.toml`.
        RepeatOfOwn = "repeat_of_own",
        /// See `reported_in` in `replies.toml`.
        ReportedIn = "reported_in",
        /// See `resumed_work` in `replies.toml`.
        ResumedWork = "resumed_work",
        /// See `return_whistle_why` in `replies.toml`.
        ReturnWhistleWhy = "return_whistle_why",
        /// See `return_why` in `replies.toml`.
        ReturnWhy = "return_why",
        /// See `returned_once` in `replies.toml`.
        ReturnedOnce = "returned_once",
        /// See `reverse_how` in `replies.toml`.
        ReverseHow = "reverse_how",
        /// See `reverse_not` in `replies.toml`.
        ReverseNot = "reverse_not",
        /// See `reverse_why` in `replies.toml`.
        ReverseWhy = "reverse_why",
        /// See `reversed` in `replies.toml`.
        Reversed = "reversed",
        /// See `rsvp_going` in `replies.toml`.
        RsvpGoing = "rsvp_going",
        /// See `rsvp_how` in `replies.toml`.
        RsvpHow = "rsvp_how",
        /// See `rsvp_not_going` in `replies.toml`.
        RsvpNotGoing = "rsvp_not_going",
        /// See `say_it_privately` in `replies.toml`.
        SayItPrivately = "say_it_privately",
        /// See `second_declined` in `replies.toml`.
        SecondDeclined = "second_declined",
        /// See `settled_on_spot` in `replies.toml`.
        SettledOnSpot = "settled_on_spot",
        /// See `sign_not_own` in `replies.toml`.
        SignNotOwn = "sign_not_own",
        /// See `signed_for` in `replies.toml`.
        SignedFor = "signed_for",
        /// See `smalltalk` in `replies.toml`.
        Smalltalk = "smalltalk",
        /// See `solved_early` in `replies.toml`.
        SolvedEarly = "solved_early",
        /// See `spam` in `replies.toml`.
        Spam = "spam",
        /// See `spend_asked` in `replies.toml`.
        SpendAsked = "spend_asked",
        /// See `spend_booked` in `replies.toml`.
        SpendBooked = "spend_booked",
        /// See `spend_decided` in `replies.toml`.
        SpendDecided = "spend_decided",
        /// See `spend_foreign` in `replies.toml`.
        SpendForeign = "spend_foreign",
        /// See `spend_how` in `replies.toml`.
        SpendHow = "spend_how",
        /// See `spend_not_waiting` in `replies.toml`.
        SpendNotWaiting = "spend_not_waiting",
        /// See `spend_not_yours` in `replies.toml`.
        SpendNotYours = "spend_not_yours",
        /// See `spend_refuse_why` in `replies.toml`.
        SpendRefuseWhy = "spend_refuse_why",
        /// See `spend_where` in `replies.toml`.
        SpendWhere = "spend_where",
        /// See `spot_of_what` in `replies.toml`.
        SpotOfWhat = "spot_of_what",
        /// See `spot_unknown` in `replies.toml`.
        SpotUnknown = "spot_unknown",
        /// See `staff_word` in `replies.toml`.
        StaffWord = "staff_word",
        /// See `staff_word_privately` in `replies.toml`.
        StaffWordPrivately = "staff_word_privately",
        /// See `still_open_noted` in `replies.toml`.
        StillOpenNoted = "still_open_noted",
        /// See `supervised_now` in `replies.toml`.
        SupervisedNow = "supervised_now",
        /// See `supplement_what` in `replies.toml`.
        SupplementWhat = "supplement_what",
        /// See `supplemented` in `replies.toml`.
        Supplemented = "supplemented",
        /// See `tell_added` in `replies.toml`.
        TellAdded = "tell_added",
        /// See `tell_appeal` in `replies.toml`.
        TellAppeal = "tell_appeal",
        /// See `tell_arrived` in `replies.toml`.
        TellArrived = "tell_arrived",
        /// See `tell_came_back` in `replies.toml`.
        TellCameBack = "tell_came_back",
        /// See `tell_claimed` in `replies.toml`.
        TellClaimed = "tell_claimed",
        /// See `tell_claimed_to_community` in `replies.toml`.
        TellClaimedToCommunity = "tell_claimed_to_community",
        /// See `tell_clock` in `replies.toml`.
        TellClock = "tell_clock",
        /// See `tell_closed` in `replies.toml`.
        TellClosed = "tell_closed",
        /// See `tell_closed_unanswered` in `replies.toml`.
        TellClosedUnanswered = "tell_closed_unanswered",
        /// See `tell_closed_unanswered_owner` in `replies.toml`.
        TellClosedUnansweredOwner = "tell_closed_unanswered_owner",
        /// See `tell_coordinate` in `replies.toml`.
        TellCoordinate = "tell_coordinate",
        /// See `tell_declined` in `replies.toml`.
        TellDeclined = "tell_declined",
        /// See `tell_draft_passed_on` in `replies.toml`.
        TellDraftPassedOn = "tell_draft_passed_on",
        /// See `tell_emergency_no_place` in `replies.toml`.
        TellEmergencyNoPlace = "tell_emergency_no_place",
        /// See `tell_explained` in `replies.toml`.
        TellExplained = "tell_explained",
        /// See `tell_given_back` in `replies.toml`.
        TellGivenBack = "tell_given_back",
        /// See `tell_handed` in `replies.toml`.
        TellHanded = "tell_handed",
        /// See `tell_handed_over` in `replies.toml`.
        TellHandedOver = "tell_handed_over",
        /// See `tell_held` in `replies.toml`.
        TellHeld = "tell_held",
        /// See `tell_held_owner` in `replies.toml`.
        TellHeldOwner = "tell_held_owner",
        /// See `tell_home` in `replies.toml`.
        TellHome = "tell_home",
        /// See `tell_home_confirmed` in `replies.toml`.
        TellHomeConfirmed = "tell_home_confirmed",
        /// See `tell_home_rejected` in `replies.toml`.
        TellHomeRejected = "tell_home_rejected",
        /// See `tell_in_project` in `replies.toml`.
        TellInProject = "tell_in_project",
        /// See `tell_invitation` in `replies.toml`.
        TellInvitation = "tell_invitation",
        /// See `tell_levelled` in `replies.toml`.
        TellLevelled = "tell_levelled",
        /// See `tell_likely_same` in `replies.toml`.
        TellLikelySame = "tell_likely_same",
        /// See `tell_matter_put_right` in `replies.toml`.
        TellMatterPutRight = "tell_matter_put_right",
        /// See `tell_merged` in `replies.toml`.
        TellMerged = "tell_merged",
        /// See `tell_message` in `replies.toml`.
        TellMessage = "tell_message",
        /// See `tell_moved_away` in `replies.toml`.
        TellMovedAway = "tell_moved_away",
        /// The organisation's grids changed: to the worker who had it.
        TellRegriddedAway = "tell_regridded_away",
        /// The same, to whose matter it is.
        TellRegridded = "tell_regridded",
        /// See `tell_neighbour_closed` in `replies.toml`.
        TellNeighbourClosed = "tell_neighbour_closed",
        /// See `tell_new_owner` in `replies.toml`.
        TellNewOwner = "tell_new_owner",
        /// See `tell_new_ticket` in `replies.toml`.
        TellNewTicket = "tell_new_ticket",
        /// See `tell_no_show` in `replies.toml`.
        TellNoShow = "tell_no_show",
        /// See `tell_note` in `replies.toml`.
        TellNote = "tell_note",
        /// See `tell_on_site` in `replies.toml`.
        TellOnSite = "tell_on_site",
        /// See `tell_order` in `replies.toml`.
        TellOrder = "tell_order",
        /// See `tell_overdue` in `replies.toml`.
        TellOverdue = "tell_overdue",
        /// See `tell_overdue_reporter` in `replies.toml`.
        TellOverdueReporter = "tell_overdue_reporter",
        /// See `tell_party` in `replies.toml`.
        TellParty = "tell_party",
        /// See `tell_patrol` in `replies.toml`.
        TellPatrol = "tell_patrol",
        /// See `tell_patrol_due` in `replies.toml`.
        TellPatrolDue = "tell_patrol_due",
        /// See `tell_patrol_ended` in `replies.toml`.
        TellPatrolEnded = "tell_patrol_ended",
        /// See `tell_patrol_missed` in `replies.toml`.
        TellPatrolMissed = "tell_patrol_missed",
        /// See `tell_patrol_passed` in `replies.toml`.
        TellPatrolPassed = "tell_patrol_passed",
        /// See `tell_patrol_set` in `replies.toml`.
        TellPatrolSet = "tell_patrol_set",
        /// See `tell_patrolled` in `replies.toml`.
        TellPatrolled = "tell_patrolled",
        /// See `tell_placed` in `replies.toml`.
        TellPlaced = "tell_placed",
        /// See `tell_placeless` in `replies.toml`.
        TellPlaceless = "tell_placeless",
        /// See `tell_pool` in `replies.toml`.
        TellPool = "tell_pool",
        /// See `tell_pooled` in `replies.toml`.
        TellPooled = "tell_pooled",
        /// See `tell_project_done` in `replies.toml`.
        TellProjectDone = "tell_project_done",
        /// See `tell_proposal` in `replies.toml`.
        TellProposal = "tell_proposal",
        /// See `tell_released` in `replies.toml`.
        TellReleased = "tell_released",
        /// See `tell_released_to_community` in `replies.toml`.
        TellReleasedToCommunity = "tell_released_to_community",
        /// See `tell_remind_by_hand` in `replies.toml`.
        TellRemindByHand = "tell_remind_by_hand",
        /// See `tell_reported_in` in `replies.toml`.
        TellReportedIn = "tell_reported_in",
        /// See `tell_resumed` in `replies.toml`.
        TellResumed = "tell_resumed",
        /// See `tell_resumed_owner` in `replies.toml`.
        TellResumedOwner = "tell_resumed_owner",
        /// See `tell_review` in `replies.toml`.
        TellReview = "tell_review",
        /// See `tell_sign` in `replies.toml`.
        TellSign = "tell_sign",
        /// See `tell_spend_asked` in `replies.toml`.
        TellSpendAsked = "tell_spend_asked",
        /// See `tell_spend_decided` in `replies.toml`.
        TellSpendDecided = "tell_spend_decided",
        /// See `tell_supervised` in `replies.toml`.
        TellSupervised = "tell_supervised",
        /// See `tell_taken_away` in `replies.toml`.
        TellTakenAway = "tell_taken_away",
        /// See `tell_undispatched` in `replies.toml`.
        TellUndispatched = "tell_undispatched",
        /// See `tell_unmerged` in `replies.toml`.
        TellUnmerged = "tell_unmerged",
        /// See `tell_passed_to_grid` in `replies.toml`.
        TellPassedToGrid = "tell_passed_to_grid",
        /// See `tell_unsigned` in `replies.toml`.
        TellUnsigned = "tell_unsigned",
        /// See `tell_urged` in `replies.toml`.
        TellUrged = "tell_urged",
        /// See `tell_verify` in `replies.toml`.
        TellVerify = "tell_verify",
        /// See `tell_verify_failed` in `replies.toml`.
        TellVerifyFailed = "tell_verify_failed",
        /// See `tell_whistle` in `replies.toml`.
        TellWhistle = "tell_whistle",
        /// See `tell_whistle_blown` in `replies.toml`.
        TellWhistleBlown = "tell_whistle_blown",
        /// See `tell_whistle_news` in `replies.toml`.
        TellWhistleNews = "tell_whistle_news",
        /// See `tell_whistle_overdue` in `replies.toml`.
        TellWhistleOverdue = "tell_whistle_overdue",
        /// See `tell_whistle_rated` in `replies.toml`.
        TellWhistleRated = "tell_whistle_rated",
        /// See `tell_whistle_rejected` in `replies.toml`.
        TellWhistleRejected = "tell_whistle_rejected",
        /// See `tell_whistle_request` in `replies.toml`.
        TellWhistleRequest = "tell_whistle_request",
        /// See `tell_whistle_returned` in `replies.toml`.
        TellWhistleReturned = "tell_whistle_returned",
        /// See `tell_whistle_solved` in `replies.toml`.
        TellWhistleSolved = "tell_whistle_solved",
        /// See `tell_whistled` in `replies.toml`.
        TellWhistled = "tell_whistled",
        /// See `tell_withdrawn` in `replies.toml`.
        TellWithdrawn = "tell_withdrawn",
        /// See `thanks` in `replies.toml`.
        Thanks = "thanks",
        /// See `ticket_brief` in `replies.toml`.
        TicketBrief = "ticket_brief",
        /// See `ticket_detail` in `replies.toml`.
        TicketDetail = "ticket_detail",
        /// See `ticket_for_staff` in `replies.toml`.
        TicketForStaff = "ticket_for_staff",
        /// See `unfinished` in `replies.toml`.
        Unfinished = "unfinished",
        /// See `unmerge_too_late` in `replies.toml`.
        UnmergeTooLate = "unmerge_too_late",
        /// See `unmerged` in `replies.toml`.
        Unmerged = "unmerged",
        /// See `urged` in `replies.toml`.
        Urged = "urged",
        /// See `urged_already` in `replies.toml`.
        UrgedAlready = "urged_already",
        /// See `verbatim` in `replies.toml`.
        Verbatim = "verbatim",
        /// See `verified` in `replies.toml`.
        Verified = "verified",
        /// See `verify_how` in `replies.toml`.
        VerifyHow = "verify_how",
        /// See `verify_not_yours` in `replies.toml`.
        VerifyNotYours = "verify_not_yours",
        /// See `verify_own_work` in `replies.toml`.
        VerifyOwnWork = "verify_own_work",
        /// See `voice_please_type` in `replies.toml`.
        VoicePleaseType = "voice_please_type",
        /// See `welcome` in `replies.toml`.
        Welcome = "welcome",
        /// See `where_again` in `replies.toml`.
        WhereAgain = "where_again",
        /// See `where_of_other` in `replies.toml`.
        WhereOfOther = "where_of_other",
        /// See `where_still` in `replies.toml`.
        WhereStill = "where_still",
        /// See `which_estate` in `replies.toml`.
        WhichEstate = "which_estate",
        /// See `which_matter` in `replies.toml`.
        WhichMatter = "which_matter",
        /// See `which_meeting` in `replies.toml`.
        WhichMeeting = "which_meeting",
        /// See `which_no` in `replies.toml`.
        WhichNo = "which_no",
        /// See `which_ticket` in `replies.toml`.
        WhichTicket = "which_ticket",
        /// See `which_whistle` in `replies.toml`.
        WhichWhistle = "which_whistle",
        /// See `whistle_already` in `replies.toml`.
        WhistleAlready = "whistle_already",
        /// See `whistle_blown` in `replies.toml`.
        WhistleBlown = "whistle_blown",
        /// See `whistle_cause_which` in `replies.toml`.
        WhistleCauseWhich = "whistle_cause_which",
        /// See `whistle_decided_elsewhere` in `replies.toml`.
        WhistleDecidedElsewhere = "whistle_decided_elsewhere",
        /// See `whistle_given_back` in `replies.toml`.
        WhistleGivenBack = "whistle_given_back",
        /// See `whistle_not_now` in `replies.toml`.
        WhistleNotNow = "whistle_not_now",
        /// See `whistle_not_there` in `replies.toml`.
        WhistleNotThere = "whistle_not_there",
        /// See `whistle_on_site` in `replies.toml`.
        WhistleOnSite = "whistle_on_site",
        /// See `whistle_rated` in `replies.toml`.
        WhistleRated = "whistle_rated",
        /// See `whistle_rejected` in `replies.toml`.
        WhistleRejected = "whistle_rejected",
        /// See `whistle_requested` in `replies.toml`.
        WhistleRequested = "whistle_requested",
        /// See `whistle_solved` in `replies.toml`.
        WhistleSolved = "whistle_solved",
        /// See `whistle_too_late` in `replies.toml`.
        WhistleTooLate = "whistle_too_late",
        /// See `whistle_whom` in `replies.toml`.
        WhistleWhom = "whistle_whom",
        /// See `whistle_why` in `replies.toml`.
        WhistleWhy = "whistle_why",
        /// See `who_owns` in `replies.toml`.
        WhoOwns = "who_owns",
        /// See `who_owns_where` in `replies.toml`.
        WhoOwnsWhere = "who_owns_where",
        /// See `who_would` in `replies.toml`.
        WhoWould = "who_would",
        /// See `who_would_what` in `replies.toml`.
        WhoWouldWhat = "who_would_what",
        /// See `why` in `replies.toml`.
        Why = "why",
        /// See `why_date` in `replies.toml`.
        WhyDate = "why_date",
        /// See `why_read` in `replies.toml`.
        WhyRead = "why_read",
        /// See `withdraw_has_neighbours` in `replies.toml`.
        WithdrawHasNeighbours = "withdraw_has_neighbours",
        /// See `withdraw_too_late` in `replies.toml`.
        WithdrawTooLate = "withdraw_too_late",
        /// See `withdrawn` in `replies.toml`.
        Withdrawn = "withdrawn",
        /// See `write_off_needs` in `replies.toml`.
        WriteOffNeeds = "write_off_needs",
        /// See `your_tickets` in `replies.toml`.
        YourTickets = "your_tickets",
    }
}
