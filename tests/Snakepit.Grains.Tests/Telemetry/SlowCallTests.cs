using Microsoft.Extensions.Logging;
using Snakepit.Core.Telemetry;
using Snakepit.Execution;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Grains.Tests.Telemetry;

public sealed class SlowCallTests : ILogger
{
    private static readonly ToolRequest Request = new()
    {
        Tool = "score",
        Arguments = [],
        Budget = TimeSpan.FromSeconds(60),
        CorrelationId = "order-7",
    };

    private readonly List<string> _lines = [];
    private readonly SlowCalls _slow;

    public SlowCallTests() => _slow = new SlowCalls(new ShardId("ml", "a"), TimeSpan.FromSeconds(2), this);

    [Fact]
    public void A_slow_call_is_a_warning_that_says_where_its_time_went()
    {
        var reply = new ToolReply { Slot = 0, Generation = 3, Times = new() { Python = TimeSpan.FromSeconds(0.208) } };

        _slow.Answered(new AnsweredCall(Request, reply, TimeSpan.FromSeconds(2.1), TimeSpan.FromSeconds(2.31), IsStream: false));

        Assert.Equal(
            "Warning: A call of tool 'score' on ml@a#0.3 took 2.31 s (SlowCallThreshold is 2 s): queue 2.1 s, dispatch 0 s, "
            + "Python 0.208 s, return 0 s; succeeded; correlation: order-7",
            Assert.Single(_lines));
    }

    [Fact]
    public void Calls_below_the_threshold_and_streams_are_not_told()
    {
        _slow.Answered(new AnsweredCall(Request, new ToolReply(), default, TimeSpan.FromSeconds(1.9), IsStream: false));
        _slow.Answered(new AnsweredCall(Request, new ToolReply(), default, TimeSpan.FromHours(1), IsStream: true));

        Assert.Empty(_lines);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel}: {formatter(state, exception)}");
}
