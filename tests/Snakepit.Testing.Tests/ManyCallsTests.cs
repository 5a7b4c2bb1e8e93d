using System.Text.Json;
using System.Text.Json.Serialization;
using Snakepit.Client;
using Snakepit.Errors;

namespace Snakepit.Testing.Tests;

public sealed class ManyCallsTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly SnakepitTestHost _host = new();
    private readonly TestPool _pool;
    private int _running;
    private int _most;

    public ManyCallsTests() => _pool = _host.AddPool(configure: pool => pool.PoolSize = 8)
        .Tool("double", async call =>
        {
            var now = Interlocked.Increment(ref _running);
            InterlockedMax(ref _most, now);
            await Task.Yield();
            Interlocked.Decrement(ref _running);
            var number = call.Get<int>("number");
            return number == 13 ? throw new PythonRaisedException("ValueError", "13") : number * 2;
        })
        .Tool("wait", async call =>
        {
            await Task.Delay(Timeout.Infinite, call.Stopped);
            return null;
        });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Results_are_in_the_order_of_the_arguments_and_a_failed_call_fails_alone()
    {
        var client = await _host.StartAsync();
        var seen = new List<ManyCallsProgress>();

        var outcomes = await client.ExecuteManyAsync<int>(
            "double",
            Enumerable.Range(0, 100).Select(number => new { number }).ToList(),
            new ManyCallsOptions { MaxConcurrency = 3, Progress = new Direct(seen.Add) }).WaitAsync(Limit);

        Assert.Equal(Enumerable.Range(0, 100), outcomes.Select(outcome => outcome.Index));
        Assert.All(outcomes.Where(outcome => outcome.IsSuccess), outcome => Assert.Equal(outcome.Index * 2, outcome.Result));
        var failed = Assert.Single(outcomes, outcome => !outcome.IsSuccess);
        Assert.Equal((13, SnakepitErrorCode.ToolRaised), (failed.Index, failed.Error?.Code));
        Assert.Throws<SnakepitException>(() => failed.Result);
        Assert.InRange(_most, 1, 3);
        Assert.Equal(Enumerable.Range(1, 100), seen.Select(progress => progress.Done));
        Assert.Equal(new ManyCallsProgress(100, 1, 100), seen[^1]);
    }

    [Fact]
    public async Task Giving_up_ends_the_calls_on_their_way_and_begins_no_others()
    {
        var client = await _host.StartAsync();
        using var leaving = new CancellationTokenSource();
        var calls = client.ExecuteManyAsync<int>(
            "wait", Enumerable.Repeat<object?>(null, 10), new ManyCallsOptions { MaxConcurrency = 2 }, leaving.Token);
        await _pool.ReachedAsync("wait", 2).WaitAsync(Limit);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calls.WaitAsync(Limit));
        Assert.Equal(2, _pool.Calls("wait"));
    }

    [Fact]
    public async Task No_concurrency_at_all_is_a_mistake()
    {
        var client = await _host.StartAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => client.ExecuteManyAsync<int>("double", [], new ManyCallsOptions { MaxConcurrency = 0 }));
    }

    [Fact]
    public async Task An_input_or_a_result_whose_own_type_throws_fails_alone()
    {
        var client = await _host.StartAsync();

        var outcomes = await client.ExecuteManyAsync<Even>("double", [new Odd(1), new Odd(2), new Odd(3)]).WaitAsync(Limit);

        Assert.Equal(
            [SnakepitErrorCode.ResultNotReadable, SnakepitErrorCode.InvalidArguments, SnakepitErrorCode.ResultNotReadable],
            outcomes.Select(outcome => outcome.Error?.Code));
        Assert.Contains("2 is not odd", outcomes[1].Error?.Message, StringComparison.Ordinal);
        Assert.Equal(2, _pool.Calls("double"));
    }

    [Fact]
    public async Task A_sequence_that_throws_ends_everything()
    {
        var client = await _host.StartAsync();

        var calls = client.ExecuteManyAsync<int>("double", Inputs());

        await Assert.ThrowsAsync<InvalidOperationException>(() => calls.WaitAsync(Limit));

        static IEnumerable<object?> Inputs()
        {
            yield return new { number = 1 };
            throw new InvalidOperationException("the file has ended too early");
        }
    }

    private static void InterlockedMax(ref int most, int now)
    {
        int before;
        while ((before = Volatile.Read(ref most)) < now && Interlocked.CompareExchange(ref most, now, before) != before)
        {
        }
    }

    private sealed class Odd(int number)
    {
        public int Number => number % 2 == 1 ? number : throw new InvalidOperationException($"{number} is not odd");
    }

    [JsonConverter(typeof(EvenConverter))]
    private readonly record struct Even;

    private sealed class EvenConverter : JsonConverter<Even>
    {
        public override Even Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new InvalidOperationException("the converter's own");

        public override void Write(Utf8JsonWriter writer, Even value, JsonSerializerOptions options) => writer.WriteNullValue();
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it tells at once.</summary>
    private sealed class Direct(Action<ManyCallsProgress> report) : IProgress<ManyCallsProgress>
    {
        public void Report(ManyCallsProgress value) => report(value);
    }
}
