namespace Snakepit.Core.Streams;

/// <summary>What a worker hears of its reader.</summary>
/// <param name="Chunks">How many more it may send; 0 when only the bytes are told.</param>
/// <param name="TakenBytes">Of all chunks that were taken since the stream began.</param>
public readonly record struct StreamCredit(int Chunks, long TakenBytes);
