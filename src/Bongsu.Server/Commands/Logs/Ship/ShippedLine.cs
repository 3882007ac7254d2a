namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>One record to send: when its first line was read, its text, and where in the file the next one begins.</summary>
/// <param name="TimeNanos">Ns since the epoch, different for every record.</param>
/// <param name="Text">One line, or several that belong together.</param>
/// <param name="EndOffset">Of the file that it was read from; how much of standard input was read.</param>
/// <param name="File">Which of the files of this name, counted from the first that was read.</param>
internal sealed record ShippedLine(long TimeNanos, string Text, long EndOffset, int File);
