using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Core.Telemetry;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Grains.Tests.Telemetry;

/// <summary>Under which tool a call is measured.</summary>
public sealed class ShardMeterTests : IDisposable
{
    private static readonly WorkerId Worker = new(new SlotId(new ShardId("measured", "silo"), 0), 1);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly HeardMeasurements _heard = new();
    private readonly ShardMeter _meter;

    public ShardMeterTests() => _meter = new ShardMeter(new PoolMeter(_services.GetRequiredService<IMeterFactory>()), "measured");

    public void Dispose()
    {
        _heard.Dispose();
        _services.Dispose();
    }

    [Theory]
    [InlineData(Outcome.MaybeRan, SnakepitErrorCode.WorkerExited)]
    [InlineData(Outcome.MaybeRan, SnakepitErrorCode.ExecutionTimeout)]
    [InlineData(Outcome.NotStarted, SnakepitErrorCode.QueueFull)]
    public void A_tool_that_only_fails_is_measured_under_its_name(Outcome outcome, SnakepitErrorCode code)
    {
        _meter.Happened(new WorkerReady(Worker, 7, TimeSpan.Zero) { Tools = ["crash"] });

        Fail("crash", outcome, code);
        Fail("invented", outcome, code);

        Assert.Equal(["crash", "other"], Tools());
    }

    [Fact]
    public void A_tool_of_an_adapter_that_takes_any_name_has_its_own_once_a_worker_had_it()
    {
        _meter.Happened(new WorkerReady(Worker, 7, TimeSpan.Zero) { TakesAnyName = true });

        Fail("invented", Outcome.NotStarted, SnakepitErrorCode.QueueFull);
        Fail("crash", Outcome.MaybeRan, SnakepitErrorCode.WorkerExited);

        Assert.Equal(["other", "crash"], Tools());
    }

    private void Fail(string tool, Outcome outcome, SnakepitErrorCode code)
    {
        var request = new ToolRequest { Tool = tool, Arguments = [], Budget = TimeSpan.FromSeconds(1) };
        var reply = ToolReply.Failed(new Failure { Code = code, Message = "of the test", Outcome = outcome });
        _meter.Answered(new AnsweredCall(request, reply, TimeSpan.Zero, TimeSpan.Zero, IsStream: false));
    }

    private IEnumerable<string> Tools() =>
        from each in _heard.All
        where each.Instrument == "snakepit.call.duration" && each.Tags.Contains("snakepit.pool=measured", StringComparison.Ordinal)
        select each.Tags.Split("snakepit.tool=")[1];
}
