using System.Runtime.CompilerServices;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Core.Streams;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Streams;
using Snakepit.Identity;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Shards.Streams;

/// <summary>What a shard keeps of streams whose readers stay away, on a clock that the test moves.</summary>
public sealed class AbsentReaderTests : ICallDesk
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HandClock _clock = new();
    private readonly List<WeakReference<Call>> _calls = [];
    private int _given;

    [Fact]
    public async Task A_reader_that_stays_away_is_told_so_when_it_comes_back_and_forgotten_later()
    {
        var (streams, id) = await WaitedAsync(Minute);

        Move(streams, Minute);

        Assert.Equal((0, 1), (streams.Count, _given));
        Assert.Equal(SnakepitErrorCode.StreamReaderTimeout, await CodeAsync(streams.ReadAsync(id, 0)));
        Assert.Equal(SnakepitErrorCode.StreamReaderTimeout, await CodeAsync(streams.OpenAsync(Request(), id))); // and begins nothing anew
        Move(streams, StreamPace.Remembered);
        Assert.Equal(SnakepitErrorCode.StreamLost, await CodeAsync(streams.ReadAsync(id, 0)));
        Assert.Single(_calls);
    }

    [Fact]
    public async Task One_that_shows_itself_between_its_items_stays()
    {
        var (streams, id) = await WaitedAsync(Minute);

        for (var i = 0; i < 5; i++)
        {
            Move(streams, Minute - Second);
            streams.Touch(id);
        }

        Assert.Equal((1, 0), (streams.Count, _given));
        streams.Touch(Guid.NewGuid()); // nobody's
        Move(streams, Minute);
        Assert.Equal((0, 1), (streams.Count, _given));
    }

    [Fact]
    public async Task Nothing_is_kept_of_what_it_had_sent()
    {
        var (streams, _) = await WaitedAsync(Minute);

        Move(streams, Minute);

        await Eventually.HoldsAsync(() => !IsKept()); // the answer's reader may still be on its way through another thread
        GC.KeepAlive(streams);
    }

    [Fact]
    public async Task A_stream_that_has_told_its_end_is_forgotten_where_readers_may_stay_away_for_ever()
    {
        var (streams, id) = await WaitedAsync(Timeout.InfiniteTimeSpan);
        Move(streams, TimeSpan.FromDays(1));
        Assert.Equal(1, streams.Count);
        End();
        Assert.Null((await streams.ReadAsync(id, 0).WithinAsync(Eventually.Limit)).End!.Failure);

        Move(streams, StreamPace.Remembered - Second);
        Assert.Equal(1, streams.Count);
        Move(streams, Second);

        Assert.Equal(0, streams.Count);
        Assert.Equal(SnakepitErrorCode.StreamLost, await CodeAsync(streams.ReadAsync(id, 0)));
    }

    ulong ICallDesk.NextId() => 1;

    void ICallDesk.Submit(Call call, TimeSpan total, TimeSpan now) => _calls.Add(new(call));

    void ICallDesk.Cancel(Call call) => _given++;

    private static ToolRequest Request() => new() { Tool = "tool", Arguments = "{}"u8.ToArray(), Budget = Timeout.InfiniteTimeSpan };

    /// <summary>A stream whose reader has asked once, was answered with nothing, and has not been heard of since.</summary>
    private async Task<(ShardStreams Streams, Guid Id)> WaitedAsync(TimeSpan patience)
    {
        var pool = new PoolOptions { Name = "pool", AdapterModule = "fake", StreamReaderTimeout = patience };
        var plan = new SnakepitOptions { Pools = [pool] }.Plan(pool);
        var shard = new ShardId("pool", "a");
        var place = new ShardPlace(shard, default, new ShardTurns(), new DeafObserver());
        var streams = new ShardStreams(place, new ShardClock(_clock), plan, new ShardFailures(shard, plan, Minute), this);
        var id = Guid.NewGuid();
        var opening = streams.OpenAsync(Request(), id);
        Move(streams, StreamPace.LongestWait);
        Assert.Null((await opening.WithinAsync(Eventually.Limit)).End);
        return (streams, id);
    }

    private void Move(ShardStreams streams, TimeSpan span)
    {
        _clock.Move(span);
        streams.Tick();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void End()
    {
        Assert.True(_calls[0].TryGetTarget(out var call));
        call.TryAnswer(new ToolReply());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsKept()
    {
        GC.Collect();
        return _calls[0].TryGetTarget(out _);
    }

    private static async Task<SnakepitErrorCode> CodeAsync(Task<StreamBatch> answer) =>
        (await answer.WithinAsync(Eventually.Limit)).End!.Failure!.Code;

    private sealed class HandClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Move(TimeSpan span) => _now += span.Ticks;
    }
}
