"""Questions to the model: versioned templates, the small shapes that are asked, their schema and grammar.

A question is rendered here and nowhere else. What the model sees is what :func:`prompts.render.messages` returns; what it may
answer is what :func:`prompts.asked.answer_model` validates.
"""
