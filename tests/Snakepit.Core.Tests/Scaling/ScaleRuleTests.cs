using Snakepit.Core.Scaling;

namespace Snakepit.Core.Tests.Scaling;

/// <summary>A rule with its shard and its clock in the test's hand. Workers are ready as soon as they are wanted.</summary>
public sealed class ScaleRuleTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private static readonly ScaleSpec Spec = new() { MinSize = 1, MaxSize = 10, ScaleDownAfter = TimeSpan.FromSeconds(60) };

    private ScaleRule _rule = new(Spec);
    private TimeSpan _now = TimeSpan.FromHours(1);
    private int _size = 1;
    private long _requests;
    private bool _mayGrow = true;
    private bool _mayChange = true;

    [Theory]
    [InlineData(1, 2)] // one busy of two is half, of one it is all
    [InlineData(2, 3)]
    [InlineData(4, 6)]
    [InlineData(6, 9)]
    [InlineData(50, 10)]
    public void Lasting_load_gets_the_workers_that_keep_its_share_within_seconds(int demand, int expected)
    {
        Pass(TimeSpan.FromSeconds(4), demand);

        Assert.Equal(expected, _size);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(200)]
    public void A_burst_of_50_ms_starts_no_worker(int demand)
    {
        Pass(TimeSpan.FromMilliseconds(50), demand);
        Pass(TimeSpan.FromSeconds(10), demand: 0);

        Assert.Equal(1, _size);
    }

    [Fact]
    public void Load_that_comes_and_goes_gets_the_workers_of_its_average()
    {
        for (var i = 0; i < 60; i++)
        {
            Pass(TimeSpan.FromMilliseconds(50), demand: 8);
            Pass(TimeSpan.FromMilliseconds(50), demand: 0);
        }

        Assert.InRange(_size, 6, 7); // 4 / 0.7, and some ripple
    }

    [Fact]
    public void Growing_takes_few_steps()
    {
        var sizes = Pass(TimeSpan.FromSeconds(6), demand: 50);

        Assert.Equal(10, _size);
        Assert.InRange(sizes.Distinct().Count(), 2, 5);
    }

    [Fact]
    public void Workers_that_take_several_calls_count_for_as_many()
    {
        Pass(TimeSpan.FromSeconds(5), demand: 8, workerCapacity: 4);

        Assert.Equal(3, _size);
    }

    [Fact]
    public void Workers_leave_only_after_the_load_has_been_lower_for_the_whole_time()
    {
        Pass(TimeSpan.FromSeconds(5), demand: 6);
        Pass(TimeSpan.FromSeconds(58), demand: 2);
        Assert.Equal(9, _size);

        Pass(TimeSpan.FromSeconds(12), demand: 2);

        Assert.Equal(3, _size);
    }

    [Fact]
    public void Load_that_returns_in_time_keeps_its_workers()
    {
        for (var i = 0; i < 5; i++)
        {
            Pass(TimeSpan.FromSeconds(5), demand: 6);
            var sizes = Pass(TimeSpan.FromSeconds(50), demand: 0);
            Assert.All(sizes, size => Assert.Equal(9, size));
        }
    }

    [Fact]
    public void Load_that_swings_around_a_border_moves_no_worker()
    {
        Pass(TimeSpan.FromSeconds(5), demand: 5);
        var seen = new HashSet<int>();
        for (var i = 0; i < 600; i++)
            seen.UnionWith(Pass(TimeSpan.FromSeconds(1), demand: 4 + (i % 2)));

        Assert.InRange(seen.Count, 1, 2);
    }

    [Fact]
    public void Free_workers_are_kept_with_and_without_load()
    {
        _rule = new ScaleRule(Spec with { BufferWorkers = 2 });

        Pass(Look, demand: 0);
        Assert.Equal(2, _size);
        Pass(TimeSpan.FromSeconds(4), demand: 2);
        Assert.Equal(5, _size);
        Pass(TimeSpan.FromSeconds(80), demand: 0);
        Assert.Equal(2, _size);
    }

    [Fact]
    public void Without_a_single_call_a_pool_that_may_sleeps()
    {
        _rule = new ScaleRule(Spec with { MinSize = 0 });
        Pass(TimeSpan.FromSeconds(1), demand: 1);

        Pass(TimeSpan.FromSeconds(55), demand: 0);
        Assert.Equal(1, _size);
        Pass(TimeSpan.FromSeconds(12), demand: 0);

        Assert.Equal(0, _size);
    }

    [Fact]
    public void Calls_too_short_to_be_seen_keep_a_pool_awake()
    {
        _rule = new ScaleRule(Spec with { MinSize = 0 });
        for (var i = 0; i < 20; i++)
        {
            _requests++;
            Assert.All(Pass(TimeSpan.FromSeconds(30), demand: 0), size => Assert.Equal(1, size));
        }
    }

    [Fact]
    public void A_call_wakes_one_worker_at_once_and_the_others_follow_when_that_is_ready()
    {
        _rule = new ScaleRule(Spec with { MinSize = 0 });
        _size = 0;
        _mayGrow = false;

        Pass(Look, demand: 8);
        Assert.Equal(1, _size);
        Pass(TimeSpan.FromSeconds(20), demand: 8);
        Assert.Equal(1, _size);
        _mayGrow = true;
        Pass(Look, demand: 8);

        Assert.Equal(10, _size);
    }

    [Fact]
    public void A_pool_that_is_not_well_keeps_its_size()
    {
        Pass(TimeSpan.FromSeconds(5), demand: 3);
        _mayChange = false;

        Assert.All(Pass(TimeSpan.FromMinutes(10), demand: 0), size => Assert.Equal(5, size));
        Assert.All(Pass(TimeSpan.FromMinutes(10), demand: 50), size => Assert.Equal(5, size));
    }

    [Fact]
    public void A_pause_of_the_process_is_no_load_and_no_rest()
    {
        Pass(TimeSpan.FromSeconds(5), demand: 3);
        _now += TimeSpan.FromHours(5);

        Pass(Look, demand: 3);
        Pass(TimeSpan.FromSeconds(2), demand: 3);

        Assert.Equal(5, _size);
    }

    private List<int> Pass(TimeSpan time, int demand, double workerCapacity = 1)
    {
        var sizes = new List<int>();
        for (var until = _now + time; _now < until;)
        {
            _now += Look;
            _size = _rule.Next(new ScaleFacts(_size, demand, _requests, workerCapacity, _mayChange, _mayChange && _mayGrow), _now);
            sizes.Add(_size);
        }

        return sizes;
    }
}
