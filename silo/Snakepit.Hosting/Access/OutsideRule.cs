using System.Buffers;
using Orleans.Serialization.Buffers;

namespace Snakepit.Hosting.Access;

/// <summary>
/// What a client may write into the header of a message. A gateway takes the header as it comes: a client that was changed for it could
/// name a grain as the sender, speak to the services inside of silos, and answer for grains. Who calls would then say nothing.
/// </summary>
internal static class OutsideRule
{
    private const uint DirectionMask = 0x000F_0000;
    private const int DirectionShift = 16;
    private const uint Request = 1;
    private const uint OneWay = 3;

    /// <summary>News for the receiver's map of grains; only silos have any.</summary>
    private const uint HasMapNews = 1 << 7;

    /// <summary>Services that Orleans' clients ask: what grains there are, and to cancel a call.</summary>
    private static readonly string[] OpenServices = ["sys.svc.manifest", "sys.svc.canceler"];

    /// <summary>The client that is part of a silo. Its calls come from within and pass everywhere.</summary>
    public static ReadOnlySpan<byte> HostedPrefix => "hosted-"u8;

    /// <summary>What is wrong with a message's header; null when nothing is.</summary>
    public static string? Flaw(ReadOnlySequence<byte> header)
    {
        var reader = Reader.Create(header, session: null!); // numbers and ids need no session
        var flags = reader.ReadUInt32();
        _ = reader.ReadInt64();
        var senderType = IdSpanCodec.ReadRaw(ref reader);
        var senderKey = IdSpanCodec.ReadRaw(ref reader);
        var targetType = IdSpanCodec.ReadRaw(ref reader);
        if (!senderType.AsSpan().SequenceEqual(GrainTypePrefix.ClientPrefixBytes.Span) || IsHosted(senderKey.AsSpan()))
            return $"a client has sent a message in the name of {senderType}/{senderKey}";
        if ((flags & DirectionMask) >> DirectionShift is not (Request or OneWay))
            return "a client has sent an answer";
        if ((flags & HasMapNews) != 0)
            return "a client has sent news about the places of grains";
        return targetType.AsSpan().StartsWith(GrainTypePrefix.SystemTargetPrefixBytes.Span) && !OpenServices.Contains(targetType.ToString())
            ? $"a client has sent a message to {targetType}"
            : null;
    }

    /// <summary>Whether a client's key is that of a silo's own client.</summary>
    public static bool IsHosted(ReadOnlySpan<byte> clientKey) => clientKey.StartsWith(HostedPrefix);
}
