using System.Threading.Channels;
using Snakepit.Core.Ports;
using Snakepit.Core.Streams;
using Snakepit.Execution;
using Snakepit.Protos.V1;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Link;

/// <summary>The items of a stream between the link that reads them and the shard that takes them; its call has the end.</summary>
internal sealed class PendingStream : IWorkerStream
{
    // As large as the credit ever is: a worker that sends more does not keep to the contract. How many bytes that may be, the worker
    // watches.
    private readonly Channel<StreamItem> _items = Channel.CreateBounded<StreamItem>(new BoundedChannelOptions(StreamWindow.MostChunks)
    {
        SingleReader = true,
        SingleWriter = true,
        AllowSynchronousContinuations = true, // the taker resumes in turns of its own
    });

    private readonly StreamWindow _window = new();
    private readonly Action<StreamCredit> _grant;
    private ulong _received;

    public PendingStream(PendingCall call, Action<StreamCredit> grant)
    {
        _grant = grant;
        End = call.Reply;
        _ = End.ContinueWith(
            (_, stream) => ((PendingStream)stream!)._items.Writer.TryComplete(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public Task<ToolReply> End { get; }

    /// <summary>On the link's reader.</summary>
    /// <exception cref="LinkException">It is not the next one, or there was no credit for it.</exception>
    public void Add(Chunk chunk)
    {
        if (chunk.Sequence != _received)
            throw new LinkException($"chunk {chunk.Sequence} of request {chunk.RequestId} came instead of chunk {_received}");
        _received++;
        if (!_items.Writer.TryWrite(new StreamItem(PendingCall.Bytes(chunk.Value), PendingCall.Attachments(chunk.Attachments)))
            && !End.IsCompleted)
            throw new LinkException($"request {chunk.RequestId} sent more chunks than it had credit for");
    }

    public StreamItem? TryTake()
    {
        if (!_items.Reader.TryRead(out var item))
            return null;
        if (_window.Taken(item.Bytes) is { } credit && !End.IsCompleted)
            _grant(credit);
        return item;
    }

    public ValueTask<bool> WaitAsync() => _items.Reader.WaitToReadAsync();
}
