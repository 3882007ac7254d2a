namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>
/// Joins the stack traces of Java, .NET, Python, Go and Node, and lines that are indented. Stateful, since Python's last line and Go's frames begin at the
/// margin: a trace that has begun says what may follow it.
/// </summary>
internal sealed class StackTraceJoin : LineJoin
{
    private static readonly string[] s_javaHeads = ["Caused by: ", "Suppressed: ", "... ", "--- End of ", "---> ", " ---> "];

    private Trace _trace;

    private enum Trace
    {
        None,
        /// <summary>After "Traceback": its frames are indented, and the line of the error that ends it is not.</summary>
        Python,
        /// <summary>The error of a Python trace has been seen; an empty line and a further trace may follow.</summary>
        PythonEnd,
        /// <summary>After "panic:" or "goroutine N": blank lines, functions, and files beneath them.</summary>
        Go,
    }

    public override bool Continues(string line)
    {
        if (line.StartsWith("Traceback (most recent call last)", StringComparison.Ordinal))
            return Enter(Trace.Python, continues: true);
        if (IsGoHead(line))
            return Enter(Trace.Go, continues: _trace == Trace.Go || !line.StartsWith("panic: ", StringComparison.Ordinal));
        if (line.Length > 0 && line[0] is ' ' or '\t')
            return true;
        foreach (var head in s_javaHeads)
        {
            if (line.StartsWith(head, StringComparison.Ordinal))
                return true;
        }
        return _trace switch
        {
            Trace.Python when line.Length > 0 => Enter(Trace.PythonEnd, continues: true),
            Trace.PythonEnd when line.Length == 0 => true,
            Trace.PythonEnd when line.StartsWith("During handling of the above exception", StringComparison.Ordinal)
                || line.StartsWith("The above exception was the direct cause", StringComparison.Ordinal) => true,
            Trace.Go when line.Length == 0 || IsGoFrame(line) => true,
            _ => Enter(Trace.None, continues: false),
        };
    }

    private static bool IsGoHead(string line) =>
        line.StartsWith("panic: ", StringComparison.Ordinal) || line.StartsWith("fatal error: ", StringComparison.Ordinal) || line.StartsWith("[signal ", StringComparison.Ordinal)
        || (line.StartsWith("goroutine ", StringComparison.Ordinal) && line.EndsWith("]:", StringComparison.Ordinal));

    // main.(*server).handle(0xc000012345, …), "created by main.main in goroutine 1", "exit status 2".
    private static bool IsGoFrame(string line) =>
        line.StartsWith("created by ", StringComparison.Ordinal) || line.StartsWith("exit status ", StringComparison.Ordinal)
        || (line.EndsWith(')') && line.IndexOf('(') is > 0 and var open && line.LastIndexOf(' ', open) < 0 && line.AsSpan(0, open).Contains('.'));

    private bool Enter(Trace trace, bool continues)
    {
        _trace = trace;
        return continues;
    }
}
