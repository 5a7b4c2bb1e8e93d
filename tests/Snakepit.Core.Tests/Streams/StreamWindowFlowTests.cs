using Snakepit.Core.Streams;

namespace Snakepit.Core.Tests.Streams;

/// <summary>The window together with a worker that keeps to it, as python's <c>Credit</c> does, and a reader.</summary>
public sealed class StreamWindowFlowTests
{
    private const long Largest = 64 * 1024 * 1024;

    [Fact]
    public void Large_items_behind_many_small_ones_do_not_fill_the_memory()
    {
        var flow = new Flow();
        for (var i = 0; i < 300; i++)
            flow.SendAndTake(100);

        while (flow.TrySend(Largest))
        {
        }

        Assert.Equal(1, flow.Waiting);
        Assert.InRange(flow.WaitingBytes, Largest, StreamWindow.MostBytes + Largest);
    }

    [Fact]
    public void Large_items_that_come_first_do_not_fill_it_either()
    {
        var flow = new Flow();

        while (flow.TrySend(Largest))
        {
        }

        Assert.Equal(1, flow.Waiting);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_worker_is_never_too_far_ahead_and_never_stuck_however_the_sizes_change(int seed)
    {
        var random = new Random(seed);
        var flow = new Flow();
        for (var step = 0; step < 200_000; step++)
        {
            // Runs of one size, as streams have them, whose reader is now ahead and now behind.
            var size = (long)Math.Pow(10, random.NextDouble() * 7.8);
            for (var i = random.Next(1, 400); i > 0; i--, step++)
            {
                while (!flow.TrySend(size))
                    Assert.True(flow.TryTake(), $"step {step}: the worker waits and nothing is left to take");
                Assert.InRange(flow.Waiting, 1, StreamWindow.MostChunks);
                Assert.True(flow.WaitingBytes < StreamWindow.MostBytes + size, $"step {step}: {flow.WaitingBytes} bytes wait");
            }

            for (var i = random.Next(0, 400); i > 0 && flow.TryTake(); i--)
            {
            }
        }
    }

    private sealed class Flow
    {
        private readonly StreamWindow _window = new();
        private readonly Queue<long> _sent = new();
        private long _chunks = StreamWindow.First;
        private long _sentBytes;
        private long _toldBytes;

        public int Waiting => _sent.Count;

        public long WaitingBytes { get; private set; }

        public bool TrySend(long bytes)
        {
            if (_chunks == 0 || _sentBytes - _toldBytes >= StreamWindow.MostBytes)
                return false;
            _chunks--;
            _sentBytes += bytes;
            _sent.Enqueue(bytes);
            WaitingBytes += bytes;
            return true;
        }

        public bool TryTake()
        {
            if (!_sent.TryDequeue(out var bytes))
                return false;
            WaitingBytes -= bytes;
            if (_window.Taken(bytes) is { } credit)
                (_chunks, _toldBytes) = (_chunks + credit.Chunks, credit.TakenBytes);
            return true;
        }

        public void SendAndTake(long bytes)
        {
            Assert.True(TrySend(bytes));
            Assert.True(TryTake());
        }
    }
}
