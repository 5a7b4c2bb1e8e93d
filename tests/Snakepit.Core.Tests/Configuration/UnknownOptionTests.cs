using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

/// <summary>What a person is told whose option there is not: one name or one place, never a list of everything.</summary>
public sealed class UnknownOptionTests
{
    [Theory]
    [InlineData("CrashBarrier:MaxRetry", "no such option; did you mean MaxRetries?")]
    [InlineData("Heartbeat:MaxMissedHeartbeats", "no such option; did you mean MaxMissed?")]
    [InlineData("Heartbeat:MaxMissedInARow", "no such option; did you mean MaxMissed?")]
    [InlineData("Pools:0:Heartbeat:Interval", "no such option; did you mean PingInterval?")]
    [InlineData("Pools:0:Adapter", "no such option; did you mean AdapterModule?")]
    [InlineData("Pools:0:startup_batch_delay_ms", "no such option; did you mean StartupBatchDelay?")]
    [InlineData("Pools:0:PoolMaxQueueSize", "no such option; did you mean MaxQueueSize?")]
    [InlineData("Pools:0:PythonLogLevel", "no such option here; it belongs to Snakepit")]
    [InlineData("Pools:0:telemetry_metrics", "no such option here; it belongs to Snakepit")]
    [InlineData("Pools:0:Heartbeat:StartupBatchSize", "no such option here; it belongs to Snakepit:Pools:0")]
    [InlineData("Pools:0:MaxRetries", "no such option here; it belongs to Snakepit:Pools:0:CrashBarrier")]
    [InlineData("MaxSize", "no such option here; it belongs to an entry of Snakepit:Pools")]
    [InlineData("Http:Hash", "no such option here; it belongs to an entry of Snakepit:Http:Keys")]
    [InlineData("Heartbeat:Foo", "no such option; none here has a similar name, and 'snakepit config reference' lists them")]
    [InlineData("Enable", "no such option; none here has a similar name, and 'snakepit config reference' lists them")]
    [InlineData("LogLevel", "no such option; write Logging:LogLevel:Default beside the section Snakepit")]
    [InlineData("Pools:0:log_level", "no such option; write Logging:LogLevel:Default beside the section Snakepit")]
    [InlineData("Pools:0:CapacityStrategy", "no such option; a worker takes ThreadsPerWorker calls with WorkerProfile thread, else "
        + "WorkerCapacity; docs/threads.md has the strategies")]
    public void The_nearest_name_or_the_place_is_told(string path, string problem) => Assert.Equal(problem, Problem(path));

    public static TheoryData<string> Keys => [.. ElixirKeys.Instead.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_of_the_Elixir_system_gets_its_sentence(string key)
    {
        var path = key.Replace("*", "Xyz", StringComparison.Ordinal) switch
        {
            ['S', 'n', 'a', 'k', 'e', 'p', 'i', 't', ':', .. var name] => name,
            ['P', 'r', 'o', 'm', 'e', 't', 'h', 'e', 'u', 's', ':', ..] name => $"TelemetryMetrics:{name}",
            ['O', 't', 'l', 'p', ':', ..] name => $"OpenTelemetry:Exporters:{name}",
            var name => name,
        };

        Assert.Equal($"no such option; {ElixirKeys.Instead[key]}", Problem(path));
    }

    [Theory]
    [InlineData("--adapter", "a module of the Elixir system, not of Python; leave it out, because AdapterArgs name the adapter")]
    [InlineData("--quiet", "a module of the Elixir system, not of Python; write the Python class, for example myapp.adapter.MainAdapter")]
    public void The_Elixir_systems_own_adapter_module_is_no_adapter(string argument, string problem)
    {
        var mistakes = Mistakes(
            ("Pools:0:Name", "gpu"), ("Pools:0:AdapterModule", "Snakepit.Adapters.GRPCPython"), ("Pools:0:AdapterArgs:0", argument),
            ("Pools:0:AdapterArgs:1", "app.Adapter"));

        Assert.Equal([new("Snakepit:Pools:0:AdapterModule", "Snakepit.Adapters.GRPCPython", problem)], mistakes);
    }

    /// <summary>What is said about one unknown option; empty when it is read.</summary>
    private static string Problem(string path)
    {
        var reader = new OptionsReader();
        reader.Fill(new SnakepitOptions(), ConfigNode.FromFlat("Snakepit", [new(path, "1")]));
        return reader.Mistakes is [var one] ? one.Problem : string.Join('\n', reader.Mistakes);
    }

    private static IReadOnlyList<OptionMistake> Mistakes(params (string Key, string? Value)[] values) =>
        Assert.Throws<InvalidOptionsException>(() => SnakepitOptionsValidator.Read(
            ConfigNode.FromFlat("Snakepit", values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))))).Mistakes;
}
