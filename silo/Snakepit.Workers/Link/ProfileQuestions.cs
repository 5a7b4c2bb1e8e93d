using System.IO.Compression;
using Google.Protobuf;
using Snakepit.Core.Ports;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link;

/// <summary>Profiles that a worker was asked for over its control stream. Thread-safe.</summary>
/// <param name="send">Sends an item; false when the link is gone.</param>
internal sealed class ProfileQuestions(Func<ToWorkerItem, bool> send)
{
    /// <summary>What a worker says that answers such a question.</summary>
    public const string Capability = "profile";

    /// <summary>Behind the time of the samples. A tool that holds the interpreter delays the answer.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>The worker stops at 2.5 MB; more is not its answer.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    private readonly Questions<ProfileTaken> _questions = new(send);

    public async Task<ProfileAnswer> AskAsync(TimeSpan duration, string name)
    {
        try
        {
            var taken = await _questions.AskAsync(Ask, duration + AnswerLimit).ConfigureAwait(false);
            return taken switch
            {
                null => new ProfileAnswer(null, "its link is closed"),
                { Refusal.Length: > 0 } => new ProfileAnswer(null, taken.Refusal),
                _ => new ProfileAnswer(Unpack(taken.Speedscope), null),
            };
        }
        catch (TimeoutException)
        {
            return new ProfileAnswer(
                null,
                $"it has not answered within {AnswerLimit.TotalSeconds:0} s after the samples; it is stopped, or native code holds its "
                + "interpreter: 'snakepit stack' shows where");
        }
        catch (InvalidDataException)
        {
            return new ProfileAnswer(null, "its answer cannot be read");
        }

        ToWorkerItem Ask(ulong nonce) => new()
        {
            Profile = new Profile { Nonce = nonce, Milliseconds = (uint)duration.TotalMilliseconds, Name = name },
        };
    }

    public void Answered(ProfileTaken taken) => _questions.Answered(taken.Nonce, taken);

    private static byte[] Unpack(ByteString packed)
    {
        using var source = new GZipStream(new MemoryStream(packed.ToByteArray()), CompressionMode.Decompress);
        var bytes = new byte[MostBytes];
        var count = source.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false);
        return count < MostBytes ? bytes[..count] : throw new InvalidDataException("Longer than any profile.");
    }
}
