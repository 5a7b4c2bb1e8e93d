using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>Carries the frames of one stream. One writer and one reader at a time, which may be different threads.</summary>
internal interface ICarrier : IDisposable
{
    /// <summary>False when the stream is over; the reading side says why.</summary>
    ValueTask<bool> TryWriteAsync(ToWorker frame);

    /// <summary>One frame, or null at the end of the stream. For the handshake.</summary>
    /// <exception cref="LinkException">The stream broke, or the worker refused it.</exception>
    Task<FromWorker?> ReadAsync();

    /// <summary>Hands over every further frame, on any thread, until the end of the stream.</summary>
    /// <exception cref="LinkException">The stream broke.</exception>
    Task ReadAllAsync(Action<FromWorker> received);

    /// <summary>
    /// Ends the stream, from any thread. Nothing more is sent; the reader still gets what has come, and the end within a second.
    /// </summary>
    void End();
}
