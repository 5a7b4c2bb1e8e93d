using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using Snakepit.Protos.V1;
using Snakepit.TestKit;
using Snakepit.Workers.Link;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Tests.Link.Carriers;

/// <summary>The silo's end against a socket that the test holds.</summary>
public sealed class FramedCarrierTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public FramedCarrierTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void Another_process_than_the_worker_is_found_out_before_it_gets_a_byte()
    {
        var error = Assert.Throws<LinkException>(() => Dial(Environment.ProcessId + 1));

        Assert.Contains($"process {Environment.ProcessId} of user", error.Message, StringComparison.Ordinal);
        using var peer = _listener.Accept();
        Assert.Equal(0, peer.Receive(new byte[1]));
    }

    [Fact]
    public async Task Another_process_behind_the_grpc_endpoint_is_found_out_too()
    {
        using var channel = WorkerChannel.Dial(Address(Environment.ProcessId + 1));
        using var carrier = new GrpcCarrier(new WorkerLink.WorkerLinkClient(channel));

        var error = await Assert.ThrowsAsync<LinkException>(() => carrier.ReadAsync().WithinAsync(Eventually.Limit));

        Assert.Contains("listens on the worker's socket", error.ToString(), StringComparison.Ordinal);
        using var peer = _listener.Accept();
        Assert.Equal(0, peer.Receive(new byte[1]));
    }

    [Fact]
    public void A_socket_that_nobody_serves_is_named()
    {
        _listener.Dispose();

        Assert.Contains(_path, Assert.Throws<LinkException>(() => Dial()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_hello_is_told_with_the_workers_reason()
    {
        using var carrier = Dial();
        using var peer = _listener.Accept();
        peer.Send(Framed(new FromWorker { Items = { new FromWorkerItem { Failure = new Failure { Message = "not you" } } } }));

        var error = await Assert.ThrowsAsync<LinkException>(
            () =>
                LinkStream.OpenAsync(carrier, new Hello(), (_, _) => { }, _ => { }, CancellationToken.None).WithinAsync(Eventually.Limit));

        Assert.Equal("the worker refused: not you", error.Message);
    }

    [Fact]
    public async Task A_handshake_that_nobody_answers_ends_with_its_token()
    {
        using var carrier = Dial();
        using var peer = _listener.Accept();
        using var limit = new CancellationTokenSource();
        var opening = LinkStream.OpenAsync(carrier, new Hello(), (_, _) => { }, _ => { }, limit.Token);

        await limit.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WithinAsync(Eventually.Limit));
    }

    [Fact]
    public async Task The_end_in_the_middle_of_a_frame_is_an_error()
    {
        using var carrier = Dial();
        var reading = carrier.ReadAllAsync(_ => { });
        using (var peer = _listener.Accept())
            peer.Send([10, 0, 0, 0, 1]);

        var error = await Assert.ThrowsAsync<LinkException>(() => reading.WithinAsync(Eventually.Limit));

        Assert.Contains("in the middle of a frame", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_this_side_ends_the_reader_in_peace()
    {
        using var carrier = Dial();
        using var peer = _listener.Accept();
        var reading = carrier.ReadAllAsync(_ => { });

        carrier.Dispose();

        await reading.WithinAsync(Eventually.Limit);
        Assert.False(await carrier.TryWriteAsync(new ToWorker()));
    }

    [Fact]
    public async Task A_frame_that_does_not_fit_waits_for_the_reader_without_holding_the_caller()
    {
        using var carrier = Dial();
        using var peer = _listener.Accept();
        var large = new ToWorker
        {
            Items = { new ToWorkerItem { Execute = new Execute { Arguments = ByteString.CopyFrom(new byte[5_000_000]) } } },
        };

        var writing = carrier.TryWriteAsync(large).AsTask();

        Assert.False(writing.IsCompleted);
        using var stream = new NetworkStream(peer);
        var received = new byte[FrameBuffer.HeadBytes + large.CalculateSize()];
        await stream.ReadExactlyAsync(received).AsTask().WithinAsync(Eventually.Limit);
        Assert.True(await writing.WithinAsync(Eventually.Limit));
        Assert.Equal(large, ToWorker.Parser.ParseFrom(received, FrameBuffer.HeadBytes, received.Length - FrameBuffer.HeadBytes));
    }

    [Fact]
    public async Task A_frame_that_waits_is_given_up_when_the_reader_leaves()
    {
        using var carrier = Dial();
        var peer = _listener.Accept();
        var writing = carrier.TryWriteAsync(
            new ToWorker
            {
                Items = { new ToWorkerItem { Execute = new Execute { Arguments = ByteString.CopyFrom(new byte[5_000_000]) } } },
            }).AsTask();

        peer.Dispose();

        Assert.False(await writing.WithinAsync(Eventually.Limit));
    }

    [Fact]
    public async Task A_worker_that_reads_no_more_ends_the_stream_after_the_answers_that_have_come()
    {
        using var carrier = Dial();
        using var worker = _listener.Accept();
        worker.Send(Framed(new FromWorker { Items = { new FromWorkerItem { Welcome = new Welcome() } } }));
        var received = new List<FromWorkerItem>();
        using var stream = await LinkStream.OpenAsync(
            carrier, new Hello(), (item, _) => received.Add(item), _ => { }, CancellationToken.None).WithinAsync(Eventually.Limit);
        worker.Send(Framed(new FromWorker { Items = { new FromWorkerItem { Pong = new Pong { Nonce = 7 } } } }));
        worker.Shutdown(SocketShutdown.Receive);
        await Eventually.HoldsAsync(() => !stream.TrySend(new ToWorkerItem { Ping = new Ping() }));

        await stream.RunAsync().WithinAsync(Eventually.Limit);

        Assert.Equal(7ul, Assert.Single(received).Pong.Nonce);
    }

    private FramedCarrier Dial(int? pid = null) =>
        FramedCarrier.Connect(Address(pid ?? Environment.ProcessId), new UnixDomainSocketEndPoint(_path));

    private WorkerAddress Address(int pid) => new($"unix:{_path}", $"unix:{_path}", pid, 1_000_000);

    private static byte[] Framed(FromWorker frame)
    {
        var bytes = new byte[FrameBuffer.HeadBytes + frame.CalculateSize()];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - FrameBuffer.HeadBytes);
        frame.WriteTo(bytes.AsSpan(FrameBuffer.HeadBytes));
        return bytes;
    }
}
