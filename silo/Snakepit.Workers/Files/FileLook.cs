using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Snakepit.Core.Processes;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Files;

/// <summary>Looks at what stands at a path: statx(2), whose answer has the same form on every architecture.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class FileLook
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFacts = 0x7ff;
    private const int NoEntry = 2;

    // In struct statx.
    private const int Length = 256;
    private const int OwnerAt = 20;
    private const int ModeAt = 28;

    /// <summary>Null when nothing is there.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static FileFacts? At(string path, bool follow = false)
    {
        if (!OperatingSystem.IsLinux())
            return Elsewhere(path, follow);
        Span<byte> facts = stackalloc byte[Length];
        if (Look(CurrentFolder, path, follow ? 0 : NoFollow, BasicFacts, ref MemoryMarshal.GetReference(facts)) != 0)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            return error.NativeErrorCode == NoEntry ? null : throw new IOException($"'{path}' cannot be looked at: {error.Message}", error);
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(facts[ModeAt..]);
        return new FileFacts(path, Kind(mode), BinaryPrimitives.ReadUInt32LittleEndian(facts[OwnerAt..]), (UnixFileMode)(mode & 0xFFF));
    }

    /// <summary>.NET does not tell owners; there the mode has to do.</summary>
    private static FileFacts? Elsewhere(string path, bool follow)
    {
        var file = new FileInfo(path);
        if (!follow && file.LinkTarget is not null)
            return new FileFacts(path, FileKind.Link, Posix.EffectiveUserId(), file.UnixFileMode);
        return Path.Exists(path)
            ? new FileFacts(
                path, Directory.Exists(path) ? FileKind.Folder : FileKind.File, Posix.EffectiveUserId(), File.GetUnixFileMode(path))
            : null;
    }

    private static FileKind Kind(int mode) => (mode & 0xF000) switch
    {
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        0xC000 => FileKind.Socket,
        0x8000 => FileKind.File,
        _ => FileKind.Other,
    };

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Look(int folder, string path, int flags, uint mask, ref byte facts);
}
