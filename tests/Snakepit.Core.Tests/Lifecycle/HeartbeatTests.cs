using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Tests.Lifecycle;

public sealed class HeartbeatTests
{
    private static readonly HeartbeatSpec Spec = new()
    {
        Interval = TimeSpan.FromSeconds(2),
        Timeout = TimeSpan.FromSeconds(10),
        MaxMissed = 3,
        WarnAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly TimeSpan Start = TimeSpan.FromHours(1);
    private static readonly WorkerSigns Idle = new(Stopped: false, TimeSpan.FromSeconds(1), BusyUntil: TimeSpan.MinValue);

    private readonly Heartbeat _heart = new(Spec, Start);
    private TimeSpan _now = Start;

    [Fact]
    public void The_first_ping_goes_out_after_the_initial_delay()
    {
        var heart = new Heartbeat(Spec with { InitialDelay = TimeSpan.FromSeconds(7) }, Start);

        Assert.Equal(HeartbeatStep.Nothing, heart.Next(Start + TimeSpan.FromSeconds(6.9), () => Idle));
        Assert.Equal(HeartbeatStep.Ping, heart.Next(Start + TimeSpan.FromSeconds(7), () => Idle));
    }

    [Fact]
    public void After_an_answer_the_next_ping_waits_for_the_interval()
    {
        Assert.Equal(HeartbeatStep.Ping, Next());
        _heart.Answered(_now);

        Assert.Equal(HeartbeatStep.Nothing, NextAfter(1.99));
        Assert.Equal(HeartbeatStep.Ping, NextAfter(0.01));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void As_many_missed_pings_as_configured_lose_a_worker_and_not_one_less(int maxMissed)
    {
        var heart = new Heartbeat(Spec with { MaxMissed = maxMissed, WarnAfter = TimeSpan.MaxValue }, Start);
        for (var missed = 1; missed <= maxMissed; missed++)
        {
            Assert.Equal(HeartbeatStep.Ping, heart.Next(_now, () => Idle));
            _now += Spec.Timeout;
            Assert.Equal(missed == maxMissed ? HeartbeatStep.Lose : HeartbeatStep.Nothing, heart.Next(_now, () => Idle));
            Assert.Equal(missed, heart.Missed);
            _now += Spec.Interval;
        }
    }

    [Fact]
    public void One_answer_makes_up_for_what_was_missed()
    {
        Miss();
        Miss();
        Next();
        _heart.Answered(_now);

        Assert.Equal(0, _heart.Missed);
        NextAfter(2);
        Assert.Equal(HeartbeatStep.Nothing, NextAfter(10));
        Assert.Equal(1, _heart.Missed);
    }

    [Fact]
    public void A_worker_is_lost_once_and_watched_on()
    {
        Miss();
        Miss();
        Assert.Equal(HeartbeatStep.Lose, Miss());

        Assert.Equal(HeartbeatStep.Nothing, Miss());
        Assert.Equal(HeartbeatStep.Ping, Next());
    }

    [Fact]
    public void The_answer_of_one_that_was_lost_is_said()
    {
        Miss();
        Miss();
        Miss();
        Next();

        Assert.True(_heart.Answered(_now));
        Assert.False(_heart.Answered(_now));
    }

    [Fact]
    public void A_worker_whose_call_still_has_time_is_excused()
    {
        for (var i = 0; i < 10; i++)
            Miss(Idle with { BusyUntil = _now + TimeSpan.FromMinutes(5) });

        Assert.Equal(0, _heart.Missed);
    }

    [Fact]
    public void The_excuse_ends_with_the_calls_time()
    {
        var signs = Idle with { BusyUntil = Start + TimeSpan.FromSeconds(15) };
        Miss(signs);
        Miss(signs);
        Miss(signs);

        Assert.Equal(HeartbeatStep.Lose, Miss(signs));
    }

    [Fact]
    public void A_call_without_a_limit_excuses_while_the_process_works()
    {
        for (var i = 1; i <= 10; i++)
            Miss(new WorkerSigns(false, TimeSpan.FromSeconds(i), TimeSpan.MaxValue));
        Assert.Equal(0, _heart.Missed);

        var asleep = new WorkerSigns(false, TimeSpan.FromSeconds(10), TimeSpan.MaxValue);
        Miss(asleep);
        Miss(asleep);
        Assert.Equal(HeartbeatStep.Lose, Miss(asleep));
    }

    [Fact]
    public void A_stopped_process_has_no_excuse()
    {
        var stopped = new WorkerSigns(Stopped: true, TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
        Miss(stopped);
        Miss(stopped);

        Assert.Equal(HeartbeatStep.Lose, Miss(stopped));
    }

    [Fact]
    public void Progress_while_a_ping_is_out_excuses_it()
    {
        for (var i = 0; i < 10; i++)
            Miss(Idle with { ProgressAt = _now + TimeSpan.FromSeconds(1) });

        Assert.Equal(0, _heart.Missed);
    }

    [Fact]
    public void Progress_between_two_pings_makes_up_for_what_was_missed_before()
    {
        Miss();
        Miss();
        var between = _now - TimeSpan.FromSeconds(1);

        Assert.Equal(HeartbeatStep.Nothing, Miss(Idle with { ProgressAt = between }));
        Assert.Equal(1, _heart.Missed);
    }

    [Fact]
    public void Progress_counts_once_at_its_arrival()
    {
        var reported = Idle with { ProgressAt = _now + TimeSpan.FromSeconds(1) };
        Miss(reported);
        Miss(reported);
        Miss(reported);

        Assert.Equal(HeartbeatStep.Lose, Miss(reported));
    }

    [Fact]
    public void Silence_is_counted_from_the_latest_progress()
    {
        Miss(Idle with { ProgressAt = _now + TimeSpan.FromSeconds(9) });

        Assert.Equal(TimeSpan.FromSeconds(3), _heart.Silence(_now)); // the timeout and the interval after the ping, less 9 s
    }

    [Fact]
    public void A_worker_that_reports_progress_is_not_called_silent()
    {
        Next();
        var reported = Idle with { ProgressAt = _now + TimeSpan.FromSeconds(3) };
        _now += TimeSpan.FromSeconds(7.9);

        Assert.Equal(HeartbeatStep.Nothing, Next(reported));
        _now += TimeSpan.FromSeconds(0.1);
        Assert.Equal(HeartbeatStep.Warn, Next(reported));
    }

    [Fact]
    public void Silence_is_said_once_and_its_end_too()
    {
        Next();

        Assert.Equal(HeartbeatStep.Warn, NextAfter(5));
        Assert.Equal(HeartbeatStep.Nothing, NextAfter(1));
        Assert.True(_heart.Answered(_now));
        Next();
        Assert.False(_heart.Answered(_now));
    }

    [Fact]
    public void A_host_that_was_away_counts_nothing_and_asks_anew()
    {
        Miss();
        Miss();
        Next();
        _now += TimeSpan.FromMinutes(1);

        _heart.HostStalled(_now);

        Assert.Equal(HeartbeatStep.Ping, Next());
        Assert.Equal(HeartbeatStep.Nothing, NextAfter(4.9));
        Assert.Equal(0, _heart.Missed);
    }

    [Fact]
    public void A_gap_between_ticks_is_a_stall_only_when_it_is_long()
    {
        var stalls = new StallDetector(TimeSpan.FromSeconds(1));

        Assert.Null(stalls.Tick(Start));
        Assert.Null(stalls.Tick(Start + TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(60), stalls.Tick(Start + TimeSpan.FromSeconds(61)));
        Assert.Null(stalls.Tick(Start + TimeSpan.FromSeconds(61.02)));
    }

    [Theory]
    [InlineData(10, 100)] // ticks are 25 ms apart: none of them is a stall
    [InlineData(500, 250)]
    [InlineData(10_000, 1000)]
    public void How_long_a_gap_is_a_stall_follows_the_timeout_within_reason(int timeout, int expected) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expected), new HeartbeatSpec { Timeout = TimeSpan.FromMilliseconds(timeout) }.StallLimit);

    private HeartbeatStep Next(WorkerSigns? signs = null) => _heart.Next(_now, () => signs ?? Idle);

    private HeartbeatStep NextAfter(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return Next();
    }

    /// <summary>A ping goes out and is not answered; what follows from that.</summary>
    private HeartbeatStep Miss(WorkerSigns? signs = null)
    {
        Assert.Equal(HeartbeatStep.Ping, Next());
        _now += Spec.Timeout;
        var step = Next(signs);
        _now += Spec.Interval;
        return step;
    }
}
