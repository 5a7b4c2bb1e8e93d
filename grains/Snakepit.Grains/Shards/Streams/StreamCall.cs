using System.Globalization;
using Snakepit.Core.Ports;
using Snakepit.Core.Streams;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;

namespace Snakepit.Grains.Shards.Streams;

/// <summary>A call whose items are read one by one.</summary>
internal sealed class StreamCall(ulong id, ToolRequest request, StreamPace pace) : Call(id, request)
{
    /// <summary>Detail of a stream's failure: how many items its reader got before.</summary>
    private const string ItemsDetail = "items";

    private readonly TaskCompletionSource<IWorkerStream> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StreamItem> _collecting = [];
    private Task<bool>? _arrival;

    public override bool IsStream => true;

    public StreamPace Pace { get; } = pace;

    /// <summary>The latest answer, for a reader that did not get it.</summary>
    public StreamBatch? Latest { get; set; }

    /// <summary>The question that is being waited on. A later one takes its place.</summary>
    public TaskCompletionSource? Waiting { get; set; }

    /// <summary>The process that has it; 0 before one has.</summary>
    private int Pid { get; set; }

    private (int Slot, int Generation) Place { get; set; } = (-1, 0);

    private IWorkerStream? Source => _source.Task.IsCompleted ? _source.Task.Result : null;

    public override ValueTask<ToolReply> RunAsync(IWorker worker, TimeSpan remaining)
    {
        Pid = worker.Facts.Pid;
        Place = (Worker!.Slot.Index, Worker.Generation);
        var stream = worker.Stream(Id, Order, remaining, this);
        _source.SetResult(stream);
        return new(stream.End);
    }

    /// <summary>Ends when there is an item or the end of the stream, or when the question is not waited on any more.</summary>
    public async Task UntilSomethingAsync(Task question)
    {
        if (Source is null)
            await Task.WhenAny(_source.Task, Reply, question);
        if (Source is not { } source)
            return;
        if (!Heard.IsCompleted)
            await Heard; // also when a newer question has come: no item may reach the reader before the other shards know of the session
        // The next question shares this wait: a second one at the same stream would take an item away from the first.
        var arrival = _arrival ??= source.WaitAsync().AsTask();
        if (!arrival.IsCompleted)
            await Task.WhenAny(arrival, Reply, question);
        if (!arrival.IsCompleted)
            return;
        if (ReferenceEquals(_arrival, arrival))
            _arrival = null;
        if (!await arrival && !question.IsCompleted)
            await Task.WhenAny(Reply, question); // all items are taken; the end is on its way through the shard
    }

    /// <summary>Everything that waits, as far as one answer may carry it, and the end when nothing is left before it.</summary>
    public StreamBatch Collect(long first)
    {
        var ended = Reply.IsCompleted; // before the look, because items come before the end
        var bytes = 0L;
        StreamItem? item = null;
        while (_collecting.Count < StreamPace.BatchItems && bytes < StreamPace.BatchBytes && (item = Source?.TryTake()) is { } taken)
        {
            _collecting.Add(taken);
            bytes += taken.Bytes;
        }

        var items = _collecting.ToArray();
        _collecting.Clear();
        return new StreamBatch
        {
            First = first,
            Items = items,
            End = ended && item is null ? End(first + items.Length) : null,
            Slot = Place.Slot,
            Generation = Place.Generation,
            Pid = Pid,
            SessionMoved = SessionMoved,
            Patience = Pace.Patience,
        };
    }

    private ToolReply End(long items)
    {
        var reply = Reply.Result;
        return reply.Failure is not { } failure
            ? reply with { Value = null, Attachments = null }
            : reply with
            {
                Failure = failure with
                {
                    Details = new Dictionary<string, string>(failure.Details)
                    {
                        [ItemsDetail] = items.ToString(CultureInfo.InvariantCulture),
                    },
                },
            };
    }
}
