using System.Buffers.Binary;
using Google.Protobuf;
using Snakepit.Protos.V1;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Tests.Link.Carriers;

public sealed class FrameBufferTests
{
    private const int Limit = 1_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Frames_come_out_as_they_went_in_however_they_are_cut(int piece)
    {
        int[] sizes = [0, 1, 10, 70_000, 5, 200_000, 64 * 1024, 3];
        var stream = sizes.SelectMany(size => Framed(Answer(size))).ToArray();

        var frames = Feed(new FrameBuffer(Limit), stream, piece);

        Assert.Equal(sizes, frames.Select(frame => frame.Items[0].Result.Value.Length));
    }

    [Fact]
    public void A_frame_beyond_the_limit_is_refused_by_its_length_alone()
    {
        var error = Assert.Throws<LinkException>(() => Feed(new FrameBuffer(Limit), [0xff, 0xff, 0xff, 0xff], 4));

        Assert.Contains("4294967295 bytes; the limit is 1000000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused() =>
        Assert.Throws<LinkException>(() => Feed(new FrameBuffer(Limit), [4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], 8));

    [Fact]
    public void A_buffer_knows_when_it_is_in_the_middle_of_a_frame()
    {
        var buffer = new FrameBuffer(Limit);
        Feed(buffer, Framed(Answer(10))[..^1], 1000);
        Assert.True(buffer.IsPartial);

        Feed(buffer, Framed(Answer(10))[^1..], 1000);

        Assert.False(buffer.IsPartial);
    }

    [Fact]
    public void Random_damage_ends_in_frames_or_in_a_link_error()
    {
        var random = new Random(20);
        var good = Framed(Answer(20));
        for (var i = 0; i < 5000; i++)
        {
            var stream = Enumerable.Repeat(good, random.Next(1, 4)).SelectMany(bytes => bytes).ToArray();
            for (var damage = random.Next(4); damage > 0; damage--)
                stream[random.Next(stream.Length)] = (byte)random.Next(256);
            try
            {
                Assert.InRange(Feed(new FrameBuffer(1000), stream, random.Next(1, 50)).Count, 0, stream.Length / FrameBuffer.HeadBytes);
            }
            catch (LinkException)
            {
                // Said so.
            }
        }
    }

    private static FromWorker Answer(int bytes) =>
        new() { Items = { new FromWorkerItem { Result = new Result { Value = ByteString.CopyFrom(new byte[bytes]) } } } };

    private static byte[] Framed(FromWorker frame)
    {
        var bytes = new byte[FrameBuffer.HeadBytes + frame.CalculateSize()];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - FrameBuffer.HeadBytes);
        frame.WriteTo(bytes.AsSpan(FrameBuffer.HeadBytes));
        return bytes;
    }

    private static List<FromWorker> Feed(FrameBuffer buffer, ReadOnlySpan<byte> bytes, int piece)
    {
        var frames = new List<FromWorker>();
        while (true)
        {
            if (buffer.Next(out var room) is { } frame)
            {
                frames.Add(frame);
                continue;
            }

            if (bytes.IsEmpty)
                return frames;
            var count = Math.Min(Math.Min(piece, room.Length), bytes.Length);
            bytes[..count].CopyTo(room);
            buffer.Add(count);
            bytes = bytes[count..];
        }
    }
}
