using Snakepit.Core.Scheduling;
using Snakepit.Execution;

namespace Snakepit.Grains.Pools;

/// <summary>A ticket with its caller.</summary>
internal sealed class Call(ulong id, ToolRequest request) : Ticket
{
    // Completed inside the shard's turns and awaited by the same activation, so nothing foreign runs inline.
    private readonly TaskCompletionSource<ToolReply> _reply = new();

    public ulong Id { get; } = id;

    public ToolRequest Request { get; } = request;

    public Task<ToolReply> Reply => _reply.Task;

    /// <summary>The first answer counts; a later one has nobody to go to.</summary>
    public bool TryAnswer(ToolReply reply) => _reply.TrySetResult(reply);
}
