namespace Snakepit.Execution;

/// <summary>What a shard knows of a call whose way there or back may be broken.</summary>
/// <param name="Answer">The answer of the call; null when the shard has no such call.</param>
/// <param name="UnknownFor">
/// Without an answer: no such call has come within this time, and the shard refuses it when it comes later. A call that its client sent
/// within this time surely has not run and will not. Zero when the shard cannot say that.
/// </param>
[GenerateSerializer, Immutable, Alias("Snakepit.ResumeReply")]
public sealed record ResumeReply([property: Id(0)] ToolReply? Answer, [property: Id(1)] TimeSpan UnknownFor);
