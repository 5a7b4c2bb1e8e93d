using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Streams;

public sealed class StreamTests(StreamSilo shared) : IClassFixture<StreamSilo>
{
    private readonly ISnakepitClient _client = shared.Client;

    [Fact]
    public async Task Ten_thousand_items_arrive_in_order()
    {
        var items = await ReadAsync<int>("count", new { to = 10_000 });

        Assert.Equal(Enumerable.Range(0, 10_000), items);
    }

    [Fact]
    public async Task An_item_says_which_worker_sent_it()
    {
        await foreach (var item in _client.StreamAsync("pid").WithCancellation(Limit()))
        {
            Assert.Equal(item.WorkerPid, item.As<int>());
            Assert.StartsWith($"default@{shared.Silo.Name}#", item.Worker, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_tool_that_does_not_stream_gives_its_result_as_the_only_item()
    {
        var items = await ReadAsync<int[]>("single");

        Assert.Equal([1, 2], Assert.Single(items));
    }

    [Fact]
    public async Task Bytes_come_with_their_items()
    {
        var items = new List<byte[]?>();
        await foreach (var item in _client.StreamAsync("blobs").WithCancellation(Limit()))
            items.Add(item.Attachments.Values.Single().ToArray());

        Assert.Equal(["one"u8.ToArray(), "two"u8.ToArray()], items);
    }

    [Fact]
    public async Task An_exception_comes_typed_after_the_items_before_it()
    {
        var (items, error) = await BrokenAsync<int>("break_off", new { after = 700 });

        Assert.Equal(Enumerable.Range(0, 700), items);
        Assert.Equal((SnakepitErrorCode.ToolRaised, Outcome.Ran, "700"), (error.Code, error.Outcome, error.Failure.Details["items"]));
        Assert.Equal(("LookupError", "no more"), (error.Python!.Type, error.Python.Message));
        Assert.Contains("in break_off", error.Python.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_cannot_be_encoded_is_named()
    {
        var (items, error) = await BrokenAsync<int>("odd");

        Assert.Equal([1], items);
        Assert.Equal(
            (SnakepitErrorCode.ResultNotEncodable, "$.rows[0]", "1"),
            (error.Code, error.Failure.Details["path"], error.Failure.Details["item"]));
    }

    [Fact]
    public async Task A_generator_in_a_plain_call_is_refused_before_it_starts()
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => _client.ExecuteAsync<int>("count", new { to = 1 }));

        Assert.Equal((SnakepitErrorCode.InvalidArguments, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.Contains("call it as a stream", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_the_loop_closes_the_generator_and_frees_the_slot()
    {
        var path = shared.NewPath();
        await foreach (var item in _client.StreamAsync("produce", new { path }).WithCancellation(Limit()))
        {
            if (item.Json.Length > 0)
                break;
        }

        await shared.UntilClosedAsync(path);
        Assert.True(StreamSilo.IsBalanced(await shared.Silo.PoolAsync()));
    }

    [Fact]
    public async Task Cancelling_closes_the_generator_also_while_it_pauses()
    {
        var path = shared.NewPath();
        using var patience = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _client.StreamAsync("pause", new { path, seconds = 60 }, cancellationToken: patience.Token))
                await patience.CancelAsync();
        });

        await shared.UntilClosedAsync(path);
    }

    [Fact]
    public async Task A_slow_reader_holds_its_producer_and_nobody_else()
    {
        var path = shared.NewPath();
        await using var items = _client.StreamAsync(
            "produce", new { path, size = 10_000 }, cancellationToken: Limit()).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());

        // The producer stands still: whatever else happens meanwhile, it makes no more.
        var made = await Eventually.SeeAsync(
            async () => (First: await StreamSilo.MadeAsync(path), Others: await CallsAsync(20), Then: await StreamSilo.MadeAsync(path)),
            seen => seen.First == seen.Then && seen.First >= 2);

        Assert.InRange(made.Then, 2, 3000);
        Assert.True(await items.MoveNextAsync());
    }

    [Fact]
    public async Task Large_items_get_a_small_window()
    {
        var path = shared.NewPath();
        await using var items = _client.StreamAsync(
            "produce", new { path, size = 1_000_000 }, cancellationToken: Limit()).GetAsyncEnumerator();
        for (var i = 0; i < 40; i++)
            Assert.True(await items.MoveNextAsync());

        var made = await Eventually.SeeAsync(
            async () => (First: await StreamSilo.MadeAsync(path), Others: await CallsAsync(20), Then: await StreamSilo.MadeAsync(path)),
            seen => seen.First == seen.Then && seen.First >= 40);

        Assert.InRange(made.Then, 40, 70);
    }

    [Fact]
    public async Task A_producer_may_pause_for_longer_than_any_question_waits()
    {
        var path = shared.NewPath();

        var items = await ReadAsync<string>("pause", new { path, seconds = 11.5 });

        Assert.Equal(["before", "after"], items);
    }

    [Fact]
    public async Task Each_item_arrives_as_soon_as_it_is_there()
    {
        var path = shared.NewPath();
        await using var items = _client.StreamAsync<int>("gated", new { path }, cancellationToken: Limit()).GetAsyncEnumerator();
        for (var number = 0; number < 5; number++)
        {
            Assert.True(await items.MoveNextAsync());
            Assert.Equal(number, items.Current);
            await File.WriteAllTextAsync($"{path}.{number + 1}", "");
        }

        Assert.True(await items.MoveNextAsync());
        await File.WriteAllTextAsync($"{path}.end", "");
        Assert.False(await items.MoveNextAsync());
    }

    [Fact]
    public async Task Many_streams_at_once_each_get_their_own_items()
    {
        var streams = await Task.WhenAll(Enumerable.Range(1, 12).Select(number => ReadAsync<int>("count", new { to = 100 * number })));

        Assert.Equal(Enumerable.Range(1, 12).Select(number => 100 * number), streams.Select(items => items.Count));
    }

    [Fact]
    public async Task A_crash_before_the_first_item_is_tried_again_when_the_tool_allows_it()
    {
        var items = await ReadAsync<int>("die_first", new { path = shared.NewPath() });

        Assert.Equal([1], items);
    }

    private async Task<int> CallsAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _client.ExecuteAsync<int>("pid", options: new ToolCallOptions { Timeout = TimeSpan.FromSeconds(30) });
        return count;
    }

    private async Task<List<T>> ReadAsync<T>(string tool, object? args = null)
    {
        var items = new List<T>();
        await foreach (var item in _client.StreamAsync<T>(tool, args, cancellationToken: Limit()))
            items.Add(item);
        return items;
    }

    private async Task<(List<T> Items, SnakepitException Error)> BrokenAsync<T>(string tool, object? args = null)
    {
        var items = new List<T>();
        var error = await Assert.ThrowsAsync<SnakepitException>(async () =>
        {
            await foreach (var item in _client.StreamAsync<T>(tool, args, cancellationToken: Limit()))
                items.Add(item);
        });
        return (items, error);
    }

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(90)).Token;
}
