using System.Text;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Shards.Streams;

public sealed class StreamTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_question_is_answered_as_soon_as_there_is_an_item()
    {
        var (id, opening, stream) = await OpenAsync("at-once");
        Assert.False(opening.IsCompleted);

        stream.Send("1");
        var first = await opening.WithinAsync(Limit);
        stream.Send("2", "3");
        stream.Finish();
        var rest = await RestAsync(id, first.Next);

        Assert.Equal((0, "1"), (first.First, Text(first)));
        Assert.Null(first.End);
        Assert.Equal("2 3", Text(rest));
        Assert.Null(rest[^1].End!.Failure);
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task A_lost_answer_is_given_again_and_nothing_is_lost_or_doubled()
    {
        var (id, opening, stream) = await OpenAsync("again");
        stream.Send("1");
        var lost = await opening.WithinAsync(Limit);
        Assert.Equal("1", Text(lost));
        stream.Send("2");

        var again = await Shard.ReadStreamAsync(id, 0).WithinAsync(Limit);
        var next = await Shard.ReadStreamAsync(id, again.Next).WithinAsync(Limit);

        Assert.Equal(("1", 0, "2", 1), (Text(again), again.First, Text(next), next.First));
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task Opening_again_under_the_same_name_begins_nothing_anew()
    {
        var (id, opening, stream) = await OpenAsync("same-name");
        stream.Send("1");
        await opening.WithinAsync(Limit);

        var again = await Shard.OpenStreamAsync(Request("same-name"), id).WithinAsync(Limit);

        Assert.Equal("1", Text(again));
        Assert.Same(stream, Find("same-name"));
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task A_second_question_takes_the_place_of_one_that_waits()
    {
        var (id, opening, stream) = await OpenAsync("second");

        var second = Shard.ReadStreamAsync(id, 0);
        var first = await opening.WithinAsync(Limit);
        stream.Send("1");

        Assert.Equal(("", "1"), (Text(first), Text(await second.WithinAsync(Limit))));
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task A_failure_comes_behind_the_items_and_counts_them()
    {
        var (id, opening, stream) = await OpenAsync("fails");
        stream.Send("1", "2");
        stream.Fail(SnakepitErrorCode.ToolRaised, "no more");
        var batches = new List<StreamBatch> { await opening.WithinAsync(Limit) };
        if (batches[0].End is null)
            batches.AddRange(await RestAsync(id, batches[0].Next));

        Assert.Equal("1 2", Text(batches));
        Assert.Equal((SnakepitErrorCode.ToolRaised, "2"), (batches[^1].End!.Failure!.Code, batches[^1].End!.Failure!.Details["items"]));
        Assert.Equal(batches[^1].End!.Failure!.Code, (await Shard.ReadStreamAsync(id, 2)).End!.Failure!.Code); // asked again
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task Closing_stops_the_tool_and_the_stream_is_not_known_any_more()
    {
        var (id, opening, stream) = await OpenAsync("closed");
        stream.Send("1");
        await opening.WithinAsync(Limit);

        await Shard.CloseStreamAsync(id);

        Assert.Equal(SnakepitErrorCode.Cancelled, (await stream.End.WithinAsync(Limit)).Failure!.Code);
        Assert.Equal(SnakepitErrorCode.StreamLost, (await Shard.ReadStreamAsync(id, 1).WithinAsync(Limit)).End!.Failure!.Code);
        await UntilIdleAsync();
    }

    [Fact]
    public async Task A_reader_that_lost_count_gets_an_error_and_the_stream_goes_on_for_one_that_did_not()
    {
        var (id, opening, stream) = await OpenAsync("count");
        stream.Send("1");
        await opening.WithinAsync(Limit);
        stream.Send("2");

        Assert.Equal(SnakepitErrorCode.StreamLost, (await Shard.ReadStreamAsync(id, 7).WithinAsync(Limit)).End!.Failure!.Code);
        Assert.Equal("2", Text(await Shard.ReadStreamAsync(id, 1).WithinAsync(Limit)));
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task A_long_stream_comes_in_bounded_answers()
    {
        var (id, opening, stream) = await OpenAsync("long");
        stream.Send([.. Enumerable.Range(0, 2000).Select(number => $"{number}")]);
        stream.Finish();
        var first = await opening.WithinAsync(Limit);

        var batches = await RestAsync(id, first.Next);

        Assert.All(batches, batch => Assert.InRange(batch.Items.Length, 0, 512));
        Assert.Equal(2000, batches[^1].Next);
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task A_dead_worker_ends_its_stream_with_the_way_it_ended()
    {
        var (id, opening, stream) = await OpenAsync("dies");
        stream.Send("1");
        await opening.WithinAsync(Limit);

        silos.Workers(Silo).Living.Values.Last(worker => worker.Streams.GetValueOrDefault("dies") == stream).Kill("the test said so");
        var end = (await RestAsync(id, 1))[^1].End!.Failure!;

        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan, "9"), (end.Code, end.Outcome, end.Details["signal"]));
        await Shard.CloseStreamAsync(id);
    }

    [Fact]
    public async Task A_stream_of_a_pool_that_is_not_there_says_so()
    {
        var batch = await silos.Shard(Silo, "nothing").OpenStreamAsync(Request("any"), Guid.NewGuid()).WithinAsync(Limit);

        Assert.Equal(SnakepitErrorCode.PoolNotFound, batch.End!.Failure!.Code);
    }

    [Fact]
    public async Task The_client_reads_to_the_end_and_does_not_try_again_after_the_first_item()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var items = silos.Client.StreamAsync<int>(
            "client", options: new ToolCallOptions { Idempotent = true }, cancellationToken: limit.Token).GetAsyncEnumerator(limit.Token);
        var moving = items.MoveNextAsync();
        var stream = (await Eventually.SeeAsync(() => Task.FromResult(Find("client")), found => found is not null))!;
        stream.Send("1", "2");

        Assert.True(await moving);
        Assert.True(await items.MoveNextAsync());
        silos.Silos.SelectMany(silo => silos.Workers(silo).Living.Values)
            .First(worker => worker.Streams.GetValueOrDefault("client") == stream)
            .Kill("the test said so");
        var error = await Assert.ThrowsAsync<SnakepitException>(async () => await items.MoveNextAsync());

        Assert.Equal((SnakepitErrorCode.WorkerExited, "2"), (error.Code, error.Failure.Details["items"]));
    }

    private static string Text(StreamBatch batch) => string.Join(' ', batch.Items.Select(item => Encoding.UTF8.GetString(item.Value)));

    private static string Text(IEnumerable<StreamBatch> batches) => string.Join(' ', batches.Select(Text).Where(text => text.Length > 0));

    private static ToolRequest Request(string tool) =>
        new() { Tool = tool, Arguments = "{}"u8.ToArray(), Budget = TimeSpan.FromSeconds(30) };

    private string Silo => silos.Silos[0];

    private IPoolShardGrain Shard => silos.Shard(Silo);

    private FakeStream? Find(string tool) =>
        silos.Silos.SelectMany(silo => silos.Workers(silo).Living.Values)
            .Select(worker => worker.Streams.GetValueOrDefault(tool))
            .FirstOrDefault(stream => stream is not null);

    private async Task<(Guid Id, Task<StreamBatch> Opening, FakeStream Stream)> OpenAsync(string tool)
    {
        var id = Guid.NewGuid();
        var opening = Shard.OpenStreamAsync(Request(tool), id);
        return (id, opening, (await Eventually.SeeAsync(() => Task.FromResult(Find(tool)), stream => stream is not null))!);
    }

    private async Task<List<StreamBatch>> RestAsync(Guid id, long have)
    {
        var batches = new List<StreamBatch>();
        while (batches is [] or [.., { End: null }])
        {
            batches.Add(await Shard.ReadStreamAsync(id, have).WithinAsync(Limit));
            have = batches[^1].Next;
        }

        return batches;
    }

    private Task UntilIdleAsync() => Eventually.SeeAsync(() => Shard.GetReportAsync(), report => report!.Running == 0);
}
