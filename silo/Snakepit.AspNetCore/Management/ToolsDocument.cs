using System.Text.Json;
using Snakepit.Tools;

namespace Snakepit.AspNetCore.Management;

/// <summary>The answer of <c>GET /v1/tools</c>; the command line reads it too.</summary>
internal sealed record ToolsDocument(PoolToolsDocument[] Pools);

/// <summary>The tools of one pool.</summary>
/// <param name="Name">Of the pool.</param>
/// <param name="Tools">By name.</param>
/// <param name="TakesAnyName">The adapter also takes names that are not listed.</param>
/// <param name="Silos">Silos that have the pool and answered.</param>
/// <param name="StartingSilos">Those of them on which no worker has been ready yet.</param>
/// <param name="SilentSilos">Silos that did not answer within two seconds.</param>
internal sealed record PoolToolsDocument(
    string Name, ToolDocument[] Tools, bool TakesAnyName, string[] Silos, string[] StartingSilos, string[] SilentSilos)
{
    public static PoolToolsDocument From(PoolTools pool) => new(
        pool.Pool, [.. pool.Tools.Select(tool => ToolDocument.From(tool, pool.Differing.Contains(tool.Name)))],
        pool.TakesAnyName, pool.Silos, pool.StartingSilos, pool.SilentSilos);
}

/// <summary>One tool.</summary>
/// <param name="Name">By which callers call it.</param>
/// <param name="Signature">As in its source.</param>
/// <param name="Summary">First paragraph of its docstring.</param>
/// <param name="Documentation">The whole docstring.</param>
/// <param name="Arguments">JSON Schema of the object of its arguments.</param>
/// <param name="Result">JSON Schema of its result, or of each item when it only streams.</param>
/// <param name="Streams">It is meant to be read as a stream.</param>
/// <param name="StreamOnly">It can be read as a stream only.</param>
/// <param name="Async">It runs on an event loop.</param>
/// <param name="Idempotent">It may run twice.</param>
/// <param name="ThreadSensitive">Its calls run on one thread of a worker.</param>
/// <param name="Differs">Not every silo has it, or describes it so.</param>
/// <param name="Notes">What the schemas leave out.</param>
internal sealed record ToolDocument(
    string Name, string Signature, string Summary, string Documentation, JsonElement Arguments, JsonElement Result, bool Streams,
    bool StreamOnly, bool Async, bool Idempotent, bool ThreadSensitive, bool Differs, string[] Notes)
{
    public static ToolDocument From(ToolDescription tool, bool differs) => new(
        tool.Name, tool.Signature, tool.Summary, tool.Documentation, Schema(tool.ArgumentsSchema), Schema(tool.ResultSchema),
        tool.SupportsStreaming, tool.StreamOnly, tool.IsAsync, tool.Idempotent, tool.ThreadSensitive, differs, tool.Notes);

    /// <summary>The silo of the worker has checked that it is an object.</summary>
    private static JsonElement Schema(string text) => JsonElement.Parse(text);
}
