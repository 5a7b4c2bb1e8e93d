using Snakepit.Core.Streams;

namespace Snakepit.Core.Tests.Streams;

public sealed class StreamWindowTests
{
    [Fact]
    public void It_opens_small_because_nobody_knows_the_items()
    {
        Assert.Equal(StreamWindow.First, new StreamWindow().Open);
    }

    [Fact]
    public void Small_items_open_it_to_its_most_chunks()
    {
        var window = new StreamWindow();

        Take(window, 1000, bytes: 100);

        Assert.InRange(window.Open, StreamWindow.MostChunks / 2, StreamWindow.MostChunks);
    }

    [Fact]
    public void Credit_comes_in_halves()
    {
        var window = new StreamWindow();
        Take(window, 1000, bytes: 100);

        var grants = Enumerable.Range(0, 1280).Select(_ => Granted(window, 100)).Where(granted => granted > 0).ToList();

        Assert.Equal(10, grants.Count);
        Assert.All(grants, granted => Assert.Equal(StreamWindow.MostChunks / 2, granted));
    }

    [Fact]
    public void Items_larger_than_everything_still_come_one_by_one()
    {
        var window = new StreamWindow();

        var granted = Take(window, StreamWindow.First, bytes: 100 * StreamWindow.MostBytes);

        Assert.Equal((1, 1), (granted, window.Open));
        Assert.Equal(1, Granted(window, 100 * StreamWindow.MostBytes));
    }

    [Fact]
    public void After_a_large_item_nothing_more_is_granted_until_almost_all_that_may_come_has_come()
    {
        var window = new StreamWindow();
        Take(window, 1000, bytes: 100);

        var granted = Take(window, window.Open - 1, bytes: StreamWindow.MostBytes);

        Assert.Equal((0, 1), (granted, window.Open));
        Assert.Equal(1, Granted(window, StreamWindow.MostBytes));
        Take(window, 1000, bytes: 100);
        Assert.InRange(window.Open, StreamWindow.MostChunks / 2, StreamWindow.MostChunks);
    }

    [Fact]
    public void It_is_never_empty_and_never_beyond_its_bounds_however_the_sizes_change()
    {
        var random = new Random(7);
        var window = new StreamWindow();
        for (var i = 0; i < 100_000; i++)
        {
            var open = window.Open;
            var granted = Granted(window, (long)Math.Pow(10, random.NextDouble() * 8));

            Assert.True(granted >= 0 && window.Open == open - 1 + granted, $"step {i}: {open} and {granted} make {window.Open}");
            Assert.True(window.Open is >= 1 and <= StreamWindow.MostChunks, $"step {i}: {window.Open} open");
        }
    }

    [Fact]
    public void Of_small_items_the_worker_hears_only_with_its_credit()
    {
        var window = new StreamWindow();

        var told = Enumerable.Range(0, 10_000).Select(_ => window.Taken(100)).OfType<StreamCredit>().ToList();

        Assert.All(told, credit => Assert.NotEqual(0, credit.Chunks));
        Assert.Equal(told.Select(credit => credit.TakenBytes).Order(), told.Select(credit => credit.TakenBytes));
    }

    [Fact]
    public void Bytes_are_told_in_halves_although_there_is_chunk_credit_enough()
    {
        var window = new StreamWindow();
        Take(window, 1000, bytes: 100);
        var before = window.Open;

        var first = window.Taken((StreamWindow.MostBytes / 2) - (1000 * 100));
        var second = window.Taken(StreamWindow.MostBytes / 2);

        Assert.Null(first);
        Assert.Equal(new StreamCredit(0, StreamWindow.MostBytes), second);
        Assert.Equal(before - 2, window.Open);
    }

    private static int Take(StreamWindow window, int chunks, long bytes) => Enumerable.Range(0, chunks).Sum(_ => Granted(window, bytes));

    private static int Granted(StreamWindow window, long bytes) => window.Taken(bytes)?.Chunks ?? 0;
}
