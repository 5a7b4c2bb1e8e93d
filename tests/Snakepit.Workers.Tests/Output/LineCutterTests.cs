using System.Text;
using Snakepit.Workers.Output;

namespace Snakepit.Workers.Tests.Output;

public sealed class LineCutterTests
{
    private readonly List<string> _found = [];

    [Theory]
    [InlineData("", "")]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\r\ntwo\r\n", "one|two")]
    [InlineData("10 %\r20 %\rdone\n", "10 %|20 %|done")]
    [InlineData("\n\na\n", "||a")]
    [InlineData("no end", "no end")]
    public void Lines_are_the_same_however_the_bytes_arrive(string text, string lines)
    {
        for (var size = 1; size <= text.Length + 1; size++)
        {
            _found.Clear();
            var cutter = new LineCutter(100);
            foreach (var chunk in Encoding.UTF8.GetBytes(text).Chunk(size))
                cutter.Cut(chunk, Found);
            cutter.Finish(Found);
            Assert.Equal(lines, string.Join('|', _found));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_long_line_is_cut_and_says_how_much_is_missing(int size)
    {
        var cutter = new LineCutter(10);

        foreach (var chunk in Encoding.UTF8.GetBytes($"{new string('x', 25)}\nnext\n").Chunk(size))
            cutter.Cut(chunk, Found);

        Assert.Equal(["xxxxxxxxxx+15", "next"], _found);
    }

    [Fact]
    public void A_line_of_exactly_the_limit_is_whole()
    {
        var cutter = new LineCutter(4);

        cutter.Cut("four\nfo"u8, Found);
        cutter.Cut("ur\n"u8, Found);

        Assert.Equal(["four", "four"], _found);
    }

    private void Found(ReadOnlySpan<byte> line, long more) => _found.Add(Encoding.UTF8.GetString(line) + (more > 0 ? $"+{more}" : ""));
}
