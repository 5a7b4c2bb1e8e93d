using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>A protobuf message read without its description: the fields by their numbers, as they came.</summary>
internal sealed class WireMessage
{
    private readonly ILookup<int, object> _fields;

    private WireMessage(ILookup<int, object> fields) => _fields = fields;

    public static WireMessage Read(byte[] bytes)
    {
        var fields = new List<(int Number, object Value)>();
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => (ulong)input.ReadFixed32(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var other => throw new InvalidDataException($"Field of wire type {other}."),
            }));
        }

        return new WireMessage(fields.ToLookup(field => field.Number, field => field.Value));
    }

    public IEnumerable<WireMessage> Messages(int field) => _fields[field].Select(value => Read((byte[])value));

    public WireMessage Message(int field) => Messages(field).FirstOrDefault() ?? Read([]);

    public string Text(int field) => _fields[field].LastOrDefault() is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "";

    public string Hex(int field) => _fields[field].LastOrDefault() is byte[] bytes ? Convert.ToHexStringLower(bytes) : "";

    public ulong? Number(int field) => _fields[field].LastOrDefault() is ulong number ? number : null;

    public double? Real(int field) => Number(field) is { } bits ? BitConverter.UInt64BitsToDouble(bits) : null;

    /// <summary>Packed 64-bit numbers.</summary>
    public IEnumerable<ulong> Numbers(int field) => _fields[field].SelectMany(value => value is byte[] packed
        ? packed.Chunk(8).Select(chunk => BinaryPrimitives.ReadUInt64LittleEndian(chunk))
        : [(ulong)value]);
}
