using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Clients;

public sealed class ExternalClientTests(SharedSilo shared) : IAsyncLifetime
{
    private readonly SiloUnderTest _silo = shared.Silo;
    private IHost _host = null!;
    private ISnakepitClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:Client:Gateways:0", $"127.0.0.1:{_silo.GatewayPort}"), new("Snakepit:Client:ConnectTimeout", "1m"),
        ]);
        builder.AddSnakepitClient();
        _host = builder.Build();
        await _host.StartAsync();
        _client = _host.Services.GetRequiredService<ISnakepitClient>();
        await _client.GetPoolStatusAsync(); // an Orleans client knows no grain before it is connected
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_typed_call_returns_the_value() =>
        Assert.Equal(3.5, await _client.ExecuteAsync<double>("add", new { a = 1, b = 2.5 }));

    [Fact]
    public async Task Property_names_are_spelled_as_python_does()
    {
        var echoed = await _client.ExecuteAsync<Letter>("echo", new Letter("x", 2));

        Assert.Equal(new Letter("x", 2), echoed);
        Assert.Equal(
            """{"sender_name":"x","page_count":2}""",
            System.Text.Encoding.UTF8.GetString((await _client.ExecuteAsync("echo", new Letter("x", 2))).Json.Span));
    }

    [Fact]
    public async Task Types_keep_their_fidelity()
    {
        var types = await _client.ExecuteAsync<Types>("types");

        Assert.Equal(new Types(null, true, (1L << 60) + 1, 0.1, "ä€😀"), types with { Tuple = null });
        Assert.Equal([1, 2], types.Tuple!);
    }

    [Fact]
    public async Task An_attachment_arrives_as_bytes()
    {
        var options = new ToolCallOptions
        {
            Attachments = new Dictionary<string, ReadOnlyMemory<byte>> { ["document"] = new byte[90_000] },
        };

        Assert.Equal(90_000, await _client.ExecuteAsync<int>("length", options: options));
    }

    [Fact]
    public async Task Metadata_reaches_the_tools_context()
    {
        var metadata = new Dictionary<string, string> { ["Tenant"] = "acme", ["where"] = "Köln" };

        var options = new ToolCallOptions { Metadata = metadata };

        Assert.Equal(metadata, await _client.ExecuteAsync<Dictionary<string, string>>("metadata", options: options));
        Assert.Equal(metadata, await _client.StreamAsync<Dictionary<string, string>>("metadata", options: options).SingleAsync());
    }

    [Fact]
    public async Task Progress_is_seen_while_a_call_runs()
    {
        var gate = Path.Combine(Path.GetTempPath(), $"gate-{Guid.NewGuid():N}");
        var heard = new Heard();

        var call = _client.ExecuteAsync<string>("report", new { path = gate }, new ToolCallOptions { Progress = heard });

        Assert.Equal((0.5, "half"), await heard.First.WithinAsync(Eventually.Limit));
        Assert.False(call.IsCompleted);
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("reported", await call.WithinAsync(Eventually.Limit));
        File.Delete(gate);
    }

    [Fact]
    public async Task Progress_is_seen_while_a_stream_runs()
    {
        var gate = Path.Combine(Path.GetTempPath(), $"gate-{Guid.NewGuid():N}");
        var heard = new Heard();

        var options = new ToolCallOptions { Progress = heard };
        var item = _client.StreamAsync<string>("report", new { path = gate }, options).SingleAsync().AsTask();

        Assert.Equal((0.5, "half"), await heard.First.WithinAsync(Eventually.Limit));
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("reported", await item.WithinAsync(Eventually.Limit));
        File.Delete(gate);
    }

    [Fact]
    public async Task Bytes_come_back_as_bytes()
    {
        Assert.Equal(5000, (await _client.ExecuteAsync<byte[]>("blob", new { size = 5000 })).Length);
        Assert.Equal([0, 1, 2], (await _client.ExecuteAsync<Picture>("mixed")).Content);
    }

    [Fact]
    public async Task The_untyped_form_says_worker_and_times()
    {
        var result = await _client.ExecuteAsync("pid");

        Assert.Equal(result.WorkerPid, result.As<int>());
        Assert.StartsWith($"default@{_silo.Name}#", result.Worker, StringComparison.Ordinal);
        Assert.True(result.Times.Python > TimeSpan.Zero && result.Times.Client > TimeSpan.Zero, $"{result.Times}");
        Assert.True(
            result.Times.Dispatch > TimeSpan.Zero && result.Times.Return > TimeSpan.Zero && result.Times.Return < Eventually.Limit,
            $"{result.Times}");
    }

    [Fact]
    public async Task A_python_error_arrives_typed()
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => _client.ExecuteAsync<int>("boom"));

        Assert.Equal((SnakepitErrorCode.ToolRaised, ErrorCategory.PythonError, Outcome.Ran), (error.Code, error.Category, error.Outcome));
        Assert.Equal(("ValueError", "no good"), (error.Python!.Type, error.Python.Message));
        Assert.Contains("raise ValueError", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_does_not_fit_the_type_says_so()
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => _client.ExecuteAsync<int>("shout", new { text = "x" }));

        Assert.Equal((SnakepitErrorCode.ResultNotReadable, Outcome.Ran), (error.Code, error.Outcome));
    }

    [Fact]
    public async Task Arguments_that_are_no_object_are_refused_before_they_leave()
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => _client.ExecuteAsync<int>("add", 5));

        Assert.Equal((SnakepitErrorCode.InvalidArguments, Outcome.NotStarted), (error.Code, error.Outcome));
    }

    [Fact]
    public async Task An_unknown_pool_is_named_with_the_known_ones()
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(
            () => _client.ExecuteAsync<int>("add", options: new ToolCallOptions { Pool = "defualt" }));

        Assert.Equal(SnakepitErrorCode.PoolNotFound, error.Code);
        Assert.Contains("Did you mean 'default'? Known pools: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_longer_than_the_frameworks_own_time_out_is_bound_by_its_budget_alone()
    {
        // The framework's default is 30 s; a call of 31 s passes only if the budget decides.
        Assert.Equal(
            "slept",
            await _client.ExecuteAsync<string>("sleep", new { seconds = 31 }, new ToolCallOptions { Timeout = TimeSpan.FromSeconds(50) }));
    }

    [Fact]
    public async Task A_budget_that_is_spent_is_a_timeout_and_the_worker_goes_on()
    {
        var options = new ToolCallOptions { Timeout = TimeSpan.FromSeconds(3) };

        var error = await Assert.ThrowsAsync<SnakepitException>(() => _client.ExecuteAsync<string>("sleep", new { seconds = 30 }, options));

        Assert.Equal((ErrorCategory.Timeout, Outcome.MaybeRan), (error.Category, error.Outcome));
        Assert.Equal(2, await _client.ExecuteAsync<double>("add", new { a = 1, b = 1 }));
    }

    [Fact]
    public async Task A_worker_grain_reports_its_slot()
    {
        var id = new SlotId(new ShardId("default", _silo.Name), 1);

        var cluster = _host.Services.GetRequiredKeyedService<IClusterClient>("snakepit");
        var report = await cluster.GetGrain<IWorkerGrain>(id.ToString()).GetReportAsync();

        Assert.Equal((id, WorkerState.Ready), (report!.Worker.Slot, report.State));
    }

    [Fact]
    public async Task A_shard_of_a_silo_that_does_not_exist_is_not_woken_elsewhere()
    {
        var cluster = _host.Services.GetRequiredKeyedService<IClusterClient>("snakepit");
        var shard = cluster.GetGrain<IPoolShardGrain>(new ShardId("default", "gone").ToString());

        var error = await Assert.ThrowsAnyAsync<Exception>(() => shard.GetReportAsync());

        Assert.Contains("'gone' is not in the cluster", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class Heard : IProgress<ToolProgress>
    {
        private readonly TaskCompletionSource<(double?, string?)> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(double? Fraction, string? Message)> First => _first.Task;

        public void Report(ToolProgress value) => _first.TrySetResult((value.Fraction, value.Message));
    }

    public sealed record Letter(string SenderName, int PageCount);

    public sealed record Picture(string Name, byte[] Content, int Size);

    public sealed record Types(object? None, bool Yes, long Int, double Float, string Text)
    {
        public int[]? Tuple { get; init; }
    }
}
