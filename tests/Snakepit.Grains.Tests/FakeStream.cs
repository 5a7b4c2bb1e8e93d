using System.Text;
using System.Threading.Channels;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Grains.Tests;

/// <summary>A stream whose items come when the test says so.</summary>
internal sealed class FakeStream : IWorkerStream
{
    private readonly Channel<StreamItem> _items = Channel.CreateUnbounded<StreamItem>();
    private readonly TaskCompletionSource<ToolReply> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ToolReply> End => _end.Task;

    public int Taken { get; private set; }

    public void Send(params string[] values)
    {
        foreach (var value in values)
            Assert.True(_items.Writer.TryWrite(new StreamItem(Encoding.UTF8.GetBytes(value), null)));
    }

    public void Finish() => EndWith(new ToolReply { Value = [] });

    public void Fail(SnakepitErrorCode code, string message) =>
        EndWith(ToolReply.Failed(new Failure { Code = code, Message = message, Outcome = Outcome.MaybeRan }));

    public StreamItem? TryTake()
    {
        if (!_items.Reader.TryRead(out var item))
            return null;
        Taken++;
        return item;
    }

    public ValueTask<bool> WaitAsync() => _items.Reader.WaitToReadAsync();

    private void EndWith(ToolReply reply)
    {
        if (_end.TrySetResult(reply))
            _items.Writer.TryComplete();
    }
}
