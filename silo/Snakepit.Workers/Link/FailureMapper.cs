using Snakepit.Errors;
using Snakepit.Identity;
using Snakepit.Protos.V1;
using Snakepit.Telemetry;
using Failure = Snakepit.Errors.Failure;

namespace Snakepit.Workers.Link;

/// <summary>Turns what Python says went wrong into our words.</summary>
internal static class FailureMapper
{
    public static Failure Map(Protos.V1.Failure failure, string tool, WorkerId worker)
    {
        var code = failure.Kind switch
        {
            FailureKind.ToolRaised => SnakepitErrorCode.ToolRaised,
            FailureKind.UnknownTool => SnakepitErrorCode.ToolNotFound,
            FailureKind.InvalidArguments => SnakepitErrorCode.InvalidArguments,
            FailureKind.ResultNotEncodable => SnakepitErrorCode.ResultNotEncodable,
            FailureKind.Cancelled => SnakepitErrorCode.Cancelled,
            FailureKind.Deadline => SnakepitErrorCode.ExecutionTimeout,
            FailureKind.Refused => SnakepitErrorCode.WorkerRefused,
            FailureKind.Internal or FailureKind.Unspecified => SnakepitErrorCode.WorkerInternal,
            _ => SnakepitErrorCode.WorkerInternal, // a newer worker's word; the message still says what happened
        };
        return new Failure
        {
            Code = code,
            Message = code == SnakepitErrorCode.ToolRaised
                ? $"Tool '{tool}' raised {failure.Type}: {failure.Message} (worker {worker})"
                : failure.Message,
            Outcome = !failure.Started ? Outcome.NotStarted
                : failure.Kind is FailureKind.Cancelled or FailureKind.Deadline ? Outcome.MaybeRan
                : Outcome.Ran,
            Stage = CallStage.Worker,
            Python = failure.Type.Length == 0 ? null : new PythonError(failure.Type, failure.Message, failure.Traceback),
            Details = Details(failure),
        };
    }

    private static Dictionary<string, string> Details(Protos.V1.Failure failure)
    {
        var details = new Dictionary<string, string>(failure.Details);
        if (failure.Path.Length > 0)
            details["path"] = failure.Path;
        if (failure.Stacks.Length > 0)
            details["stacks"] = failure.Stacks;
        return details;
    }
}
