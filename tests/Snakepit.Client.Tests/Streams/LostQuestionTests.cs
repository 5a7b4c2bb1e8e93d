using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Client.Tests.Streams;

/// <summary>A question without an answer may have arrived: a tool that may not run twice does not.</summary>
public sealed class LostQuestionTests
{
    private static readonly string[] OpenedOnce = ["OpenStreamAsync", "ReadStreamAsync"];

    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task A_stream_whose_silo_dies_before_its_first_item_is_not_begun_on_another_one()
    {
        _cluster.A.Throws(Broken()).Throws(SiloGone());

        var error = await FailsAsync();

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), (error.Code, error.Outcome));
        Assert.Empty(_cluster.B.Heard);
    }

    [Fact]
    public async Task A_stream_that_may_run_twice_is_begun_on_another_one()
    {
        _cluster.A.Throws(Broken()).Throws(SiloGone());
        _cluster.B.Answers(Items(0, 3)).Answers(End(3));

        Assert.Equal([0, 1, 2], await ReadAsync(idempotent: true));
    }

    [Fact]
    public async Task A_silo_that_is_back_under_its_name_does_not_begin_the_stream_anew()
    {
        _cluster.A.Throws(Broken()).Answers(StreamBatch.Failed(0, Failed(SnakepitErrorCode.StreamLost, Outcome.MaybeRan)));

        var error = await FailsAsync();

        Assert.Equal((SnakepitErrorCode.StreamLost, Outcome.MaybeRan), (error.Code, error.Outcome));
        Assert.Equal(OpenedOnce, _cluster.A.Heard);
        Assert.Empty(_cluster.B.Heard);
    }

    [Fact]
    public async Task A_stream_that_is_not_known_any_more_and_may_run_twice_is_begun_on_another_one()
    {
        _cluster.A.Throws(Broken()).Answers(StreamBatch.Failed(0, Failed(SnakepitErrorCode.StreamLost, Outcome.MaybeRan)));
        _cluster.B.Answers(Items(0, 1)).Answers(End(1));

        Assert.Equal([0], await ReadAsync(idempotent: true));
    }

    [Fact]
    public async Task A_silo_that_is_back_without_the_pool_may_have_run_it_before()
    {
        _cluster.A.Throws(Broken()).Answers(StreamBatch.Failed(0, Failed(SnakepitErrorCode.PoolNotFound, Outcome.NotStarted)));

        Assert.Equal((SnakepitErrorCode.PoolNotFound, Outcome.MaybeRan), Facts(await FailsAsync()));
        Assert.Empty(_cluster.B.Heard);
    }

    [Fact]
    public async Task An_answer_that_got_lost_is_asked_for_again()
    {
        _cluster.A.Throws(Broken()).Throws(Broken()).Answers(Items(0, 2)).Answers(End(2));

        Assert.Equal([0, 1], await ReadAsync());
        Assert.Equal([.. OpenedOnce, "ReadStreamAsync", "ReadStreamAsync"], _cluster.A.Heard);
    }

    [Fact]
    public async Task A_stream_that_goes_on_without_items_may_run_when_its_silo_dies()
    {
        _cluster.A.Answers(new StreamBatch { First = 0 }).Throws(SiloGone());

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await FailsAsync()));
        Assert.Empty(_cluster.B.Heard);
    }

    [Fact]
    public async Task A_stream_with_items_has_run_when_its_silo_dies()
    {
        _cluster.A.Answers(Items(0, 2)).Throws(SiloGone());

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await FailsAsync()));
    }

    [Fact]
    public async Task A_silo_that_was_gone_before_the_first_question_has_run_nothing()
    {
        _cluster.A.Throws(SiloGone());
        _cluster.B.Answers(Items(0, 1)).Answers(End(1));

        Assert.Equal([0], await ReadAsync());
    }

    [Fact]
    public async Task What_the_stream_s_own_shard_refused_is_tried_elsewhere_though_an_answer_got_lost()
    {
        _cluster.A.Throws(Broken()).Answers(StreamBatch.Failed(0, Failed(SnakepitErrorCode.QueueFull, Outcome.NotStarted)));
        _cluster.B.Answers(Items(0, 1)).Answers(End(1));

        Assert.Equal([0], await ReadAsync());
    }

    private static (SnakepitErrorCode Code, Outcome Outcome) Facts(SnakepitException error) => (error.Code, error.Outcome);

    private static InvalidOperationException Broken() => new("the target silo became unavailable");

    /// <summary>What the cluster says of a shard whose silo it does not have.</summary>
    private static SnakepitException SiloGone() => new(SnakepitErrorCode.SiloUnreachable, "Silo 'a' is not in the cluster.");

    private static Failure Failed(SnakepitErrorCode code, Outcome outcome) => new() { Code = code, Message = $"{code}", Outcome = outcome };

    private static StreamBatch Items(int first, int count) =>
        new() { First = first, Items = [.. Enumerable.Range(first, count).Select(number => new StreamItem([(byte)('0' + number)], null))] };

    private static StreamBatch End(int first) => new() { First = first, End = new ToolReply() };

    private Task<SnakepitException> FailsAsync() => Assert.ThrowsAsync<SnakepitException>(() => ReadAsync());

    private async Task<List<int>> ReadAsync(bool idempotent = false)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var items = new List<int>();
        var options = new ToolCallOptions { Idempotent = idempotent };
        await foreach (var item in _cluster.Client.StreamAsync<int>("count", null, options, limit.Token))
            items.Add(item);
        return items;
    }
}
