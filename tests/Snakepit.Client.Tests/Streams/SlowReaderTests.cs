using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Streams;

/// <summary>A reader that has items ahead has nothing to ask; it shows the shard that it is there.</summary>
public sealed class SlowReaderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task It_shows_itself_between_items_every_quarter_of_its_patience()
    {
        _cluster.A.Answers(Items(0, 8, Minute)).Answers(Items(8, 1, Minute)).Answers(End(9));

        await ReadAsync(TimeSpan.FromSeconds(7.5));

        // Items 2, 4 and 6 are taken 15 s after the last sign; at item 8 it asks again.
        Assert.Equal(3, Touches);
    }

    [Fact]
    public async Task A_quick_one_has_no_need_to()
    {
        _cluster.A.Answers(Items(0, 8, Minute)).Answers(Items(8, 1, Minute)).Answers(End(9));

        await ReadAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(0, Touches);
    }

    [Fact]
    public async Task One_that_may_stay_away_for_ever_has_no_need_to()
    {
        _cluster.A.Answers(Items(0, 8, TimeSpan.MaxValue)).Answers(Items(8, 1, TimeSpan.MaxValue)).Answers(End(9));

        await ReadAsync(TimeSpan.FromDays(1));

        Assert.Equal(0, Touches);
    }

    [Fact]
    public async Task When_all_items_are_here_the_shard_need_not_know()
    {
        _cluster.A.Answers(Items(0, 8, Minute)).Answers(End(8));

        await ReadAsync(Minute);

        Assert.Equal(0, Touches);
    }

    private int Touches => _cluster.A.Heard.Count(method => method == nameof(IPoolShardGrain.TouchStreamAsync));

    private static StreamBatch Items(int first, int count, TimeSpan patience) =>
        new()
        {
            First = first,
            Items = [.. Enumerable.Range(first, count).Select(_ => new StreamItem("1"u8.ToArray(), null))],
            Patience = patience,
        };

    private static StreamBatch End(int first) => new() { First = first, End = new ToolReply() };

    /// <summary>Reads everything and takes that long over each item.</summary>
    private async Task ReadAsync(TimeSpan each)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var item in _cluster.Client.StreamAsync<int>("count", cancellationToken: limit.Token))
            _cluster.Clock.Advance(each);
    }
}
